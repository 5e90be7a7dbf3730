import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { rawRequest } from "./raw_host.ts";
import { serveOperator } from "./operator_server.ts";

const token = "a-token-of-enough-length";
const bearer = (text: string) => ({ headers: { authorization: `Bearer ${text}` } });

Deno.test("with a token every page but the probes is for who sends it", async () => {
  await using server = serveOperator({ token });
  for (const path of ["/metrics", "/api/openapi.json", "/api/rules", "/api/commands", "/nothing"]) {
    const refused = await fetch(server.url + path);
    assertEquals(refused.status, 401, path);
    assertStringIncludes(refused.headers.get("www-authenticate") ?? "", "Bearer");
    assertStringIncludes((await refused.json()).error, "Authorization: Bearer");
    const taken = await fetch(server.url + path, bearer(token));
    await taken.body?.cancel();
    assertEquals(taken.status, path === "/nothing" ? 404 : 200, path);
  }
  for (const path of ["/healthz", "/readyz"]) assertEquals((await server.get(path)).status, 200);
});

Deno.test("anything but the token itself is refused", async () => {
  await using server = serveOperator({ token });
  const others = [token.slice(0, -1), `${token}x`, token.toUpperCase(), "x", "Bearer"];
  for (const other of others) {
    const { status, body } = await server.get("/api/rules", bearer(other));
    assertEquals([status, body.error], [401, "this is not the token"], other);
  }
  for (const authorization of [token, `Basic ${token}`, "Bearer", "Bearer a b"]) {
    const { status } = await server.get("/api/rules", { headers: { authorization } });
    assert(status === 400 || status === 401, authorization);
  }
});

Deno.test("without a token the pages of other sites get nothing, the operator's own browser does", async () => {
  await using server = serveOperator();
  const from = async (site: string) =>
    (await server.get("/api/rules", { headers: { "sec-fetch-site": site } })).status;
  assertEquals(await from("cross-site"), 403);
  assertEquals(await from("same-site"), 403);
  assertEquals(await from("same-origin"), 200);
  assertEquals(await from("none"), 200);
});

Deno.test("without a token a name that was made to resolve here is refused as a host", async () => {
  await using server = serveOperator();
  const statusFor = async (host: string) => (await rawRequest(server.port, host)).split(" ")[1];
  assertEquals(await statusFor(`rebound.example.com:${server.port}`), "403");
  for (const host of ["127.0.0.1", "localhost", "[::1]"]) {
    assertEquals(await statusFor(`${host}:${server.port}`), "200", host);
  }
});

Deno.test("with a token any name may be the host: the token proves the caller", async () => {
  await using server = serveOperator({ token });
  const answer = await rawRequest(
    server.port,
    "router.example.com",
    `authorization: Bearer ${token}`,
  );
  assertEquals(answer.split(" ")[1], "200");
});
