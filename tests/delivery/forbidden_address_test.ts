import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { ForbiddenAddressError, type Resolve } from "../../src/delivery/address_guard.ts";
import { TargetConnections } from "../../src/delivery/target_connections.ts";
import { startTarget } from "../support/target_server.ts";

const resolvingTo = (...addresses: readonly string[]): Resolve => () =>
  Promise.resolve(addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })));

async function post(connections: TargetConnections, port: number) {
  const { status, body } = await connections.post({
    url: new URL(`http://target.example:${port}/`),
    headers: {},
    body: "{}",
    signal: AbortSignal.timeout(10_000),
  }, { network: "private", ca: undefined });
  body.destroy();
  return status;
}

/** What the router is started with where `--allow-net` names addresses. */
const permissions: Deno.PermissionOptionsObject = { net: ["127.0.0.1"], read: true, env: true };

Deno.test("of a name's addresses those are connected to that this process has the right to", {
  permissions,
}, async () => {
  await using target = startTarget();
  await using connections = new TargetConnections(resolvingTo("2001:db8::1", "127.0.0.1"));
  assertEquals(await post(connections, target.port), 204);
});

Deno.test("a name without an address that may be connected to is told what to allow", {
  permissions,
}, async () => {
  await using connections = new TargetConnections(resolvingTo("2001:db8::1", "192.0.2.7"));
  const error = await assertRejects(() => post(connections, 9), ForbiddenAddressError);
  assertStringIncludes(error.message, "target.example resolves to 2001:db8::1, 192.0.2.7");
  assertStringIncludes(error.message, "check --permissions");
});
