import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { AddressError, guardedLookup, type Resolve } from "../../src/delivery/address_guard.ts";
import { DeliveryError } from "../../src/delivery/delivery_error.ts";
import type { Target } from "../../src/delivery/target.ts";
import { startTarget } from "../support/target_server.ts";
import { aTarget } from "./builders.ts";
import { type Attempt, postOnce } from "./posting.ts";

/** In what IANA gives out, and given to nobody: nothing is there to connect to. */
const nobody = "2000::1";

const resolvingTo = (...addresses: readonly string[]): Resolve => () =>
  Promise.resolve(addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })));

/** What a socket would be given to connect to. */
function lookedUp(resolve: Resolve, options: { all: boolean }): Promise<unknown> {
  return new Promise((found, failed) =>
    guardedLookup(resolve)("target.example", options, (error, ...answer) => {
      if (error === null) found(answer);
      else failed(error);
    })
  );
}

async function refusal(target: Partial<Target>, attempt: Attempt = {}) {
  const { timeout = 1000 } = target;
  const posting = () => postOnce(aTarget({ network: "public", ...target, timeout }), attempt);
  const error = await assertRejects(posting, DeliveryError);
  const { cause, retryable, message } = error;
  return { refused: cause instanceof AddressError, retryable, message };
}

const hostile = [
  "127.0.0.1",
  "10.0.0.1",
  "169.254.169.254",
  "0.0.0.0",
  "::1",
  "::ffff:127.0.0.1",
  "64:ff9b::a00:1",
  "fd00:ec2::254",
  "fe80::1%eth0",
  "not an address",
];

for (const address of hostile) {
  Deno.test(`a name that resolves to ${address} is refused, and may be mended`, async () => {
    const url = "http://target.example/";
    const { refused, retryable, message } = await refusal({ url }, {
      resolve: resolvingTo(address),
    });
    assertEquals([refused, retryable], [true, true]);
    assertStringIncludes(message, `target.example resolves to ${address}, `);
    assertStringIncludes(message, 'write "network": "private"');
  });
}

Deno.test("a name that resolves to public and private addresses is refused, in any order", async () => {
  for (const addresses of [["1.1.1.1", "10.0.0.1"], ["::1", "2606:4700:4700::1111"]]) {
    await assertRejects(() => lookedUp(resolvingTo(...addresses), { all: true }), AddressError);
    await assertRejects(() => lookedUp(resolvingTo(...addresses), { all: false }), AddressError);
  }
});

for (
  const address of [
    "1.1.1.1",
    "8.8.4.4",
    "172.15.0.1",
    "172.32.0.1",
    "100.128.0.1",
    "192.169.0.1",
    "223.255.255.1",
    "2606:4700:4700::1111",
    "2a00:1450:4001:830::200e",
    "64:ff9b::808:808",
  ]
) {
  Deno.test(`a name that resolves to ${address} is given that to connect to`, async () => {
    const family = address.includes(":") ? 6 : 4;
    assertEquals(await lookedUp(resolvingTo(address), { all: false }), [address, family]);
    assertEquals(await lookedUp(resolvingTo(address), { all: true }), [[{ address, family }]]);
  });
}

for (const host of ["127.0.0.1", "2130706433", "0x7f.1", "[::1]", "[::ffff:7f00:1]"]) {
  Deno.test(`the address ${host} in a URL is refused for good, without a look-up`, async () => {
    const resolve = () => Promise.reject(new Error("looked up"));
    const { refused, retryable, message } = await refusal({ url: `http://${host}/` }, { resolve });
    assertEquals([refused, retryable], [true, false]);
    assertStringIncludes(message, "a loopback address");
  });
}

Deno.test("a name that turns private after a public answer is never connected to", async () => {
  await using inside = startTarget();
  const answers = [nobody, "127.0.0.1", "127.0.0.1"];
  const asked: string[] = [];
  const resolve: Resolve = (hostname) => {
    asked.push(hostname);
    return resolvingTo(answers[asked.length - 1]!)(hostname);
  };
  const url = `http://rebinding.example:${inside.port}/`;

  const first = await refusal({ url, timeout: 300 }, { resolve });
  assertEquals([first.refused, asked.length], [false, 1], "one look-up for one connection");
  const second = await refusal({ url }, { resolve });
  assertEquals([second.refused, asked.length], [true, 2]);
  assertEquals(inside.received.length, 0);
});

Deno.test("what a name resolves to is what is connected to", async () => {
  await using server = startTarget();
  const url = `http://target.example:${server.port}/`;
  await postOnce(aTarget({ url }), { resolve: resolvingTo("127.0.0.1") });
  assertEquals(server.received[0]?.headers.get("host"), `target.example:${server.port}`);
});

Deno.test("a name without an address is a failure that passes", async () => {
  const { refused, retryable, message } = await refusal(
    { url: "http://target.example/" },
    { resolve: resolvingTo() },
  );
  assertEquals([refused, retryable], [false, true]);
  assertStringIncludes(message, "no address for target.example");
});

Deno.test("localhost is looked up and refused by the system's own resolver", async () => {
  const { refused } = await refusal({ url: "http://localhost:9/" });
  assertEquals(refused, true);
});
