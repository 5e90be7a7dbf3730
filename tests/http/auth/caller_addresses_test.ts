import { assertEquals, assertThrows } from "@std/assert";
import { callerAddresses } from "../../../src/http/auth/caller_addresses.ts";
import { CallerError } from "../../../src/http/auth/caller_error.ts";
import { requestWith } from "./requests.ts";

const addresses = callerAddresses({
  allow: ["10.0.0.0/8", "192.168.1.7", "fd00::/8"],
  trustedProxies: ["127.0.0.1/32", "172.16.0.0/12"],
});

const cases: readonly (readonly [peer: string, forwarded: string | undefined, letIn: boolean])[] = [
  ["10.1.2.3", undefined, true],
  ["::ffff:10.1.2.3", undefined, true],
  ["192.168.1.7", undefined, true],
  ["192.168.1.8", undefined, false],
  ["fd12::1", undefined, true],
  ["fe80::1", undefined, false],
  // the header of one who is no proxy is not believed
  ["8.8.8.8", "10.1.2.3", false],
  ["127.0.0.1", "10.1.2.3", true],
  ["127.0.0.1", "8.8.8.8", false],
  // what a caller has sent itself stands in front of what the proxy has seen
  ["127.0.0.1", "10.1.2.3, 8.8.8.8", false],
  ["127.0.0.1", "8.8.8.8, 10.1.2.3", true],
  ["127.0.0.1", "8.8.8.8, 10.1.2.3, 172.16.0.9", true],
  ["127.0.0.1", "10.1.2.3, garbage", false],
  ["127.0.0.1", "", false],
  ["127.0.0.1", ",", false],
  ["127.0.0.1", "10.1", false],
  ["127.0.0.1", "0x0a010203", false],
  ["127.0.0.1", undefined, false],
  // as Azure's and IIS's proxies write it
  ["127.0.0.1", "10.1.2.3:50000", true],
  ["127.0.0.1", "8.8.8.8:50000", false],
  ["127.0.0.1", "[fd12::1]:50000", true],
  ["127.0.0.1", "10.1.2.3, [fe80::1]", false],
  ["127.0.0.1", "10.1.2.3:", false],
  ["127.0.0.1", "10.1.2.3:50000:1", false],
  // every proxy is trusted: then the caller is one of them, which may not call
  ["127.0.0.1", "172.16.0.1, 172.16.0.9", false],
  ["::ffff:127.0.0.1", "::ffff:10.1.2.3", true],
];

for (const [peer, forwarded, letIn] of cases) {
  const by = forwarded === undefined ? "" : ` with X-Forwarded-For "${forwarded}"`;
  Deno.test(`${peer}${by} is ${letIn ? "" : "not "}let in`, () => {
    const request = requestWith(forwarded === undefined ? {} : { "x-forwarded-for": forwarded });
    if (letIn) return addresses.check(request, peer);
    const error = assertThrows(() => addresses.check(request, peer), CallerError);
    assertEquals(error.status, 403);
  });
}

Deno.test("a caller behind proxies has the address that the outermost trusted one saw", () => {
  const request = requestWith({ "x-forwarded-for": "1.1.1.1, 10.9.9.9, 172.16.0.9" });
  assertEquals(addresses.of(request, "127.0.0.1"), "10.9.9.9");
});

Deno.test("a range of IPv4 addresses that is written as one of IPv6 is that of IPv4", () => {
  const mapped = callerAddresses({ allow: ["::ffff:10.0.0.0/104"], trustedProxies: [] });
  mapped.check(requestWith(), "10.1.2.3");
  mapped.check(requestWith(), "::ffff:10.1.2.3");
  assertThrows(() => mapped.check(requestWith(), "11.1.2.3"), CallerError);
});

Deno.test("several X-Forwarded-For headers are read as the one that they make together", () => {
  const request = requestWith();
  for (const hop of ["10.1.2.3", "8.8.8.8"]) request.headers.append("x-forwarded-for", hop);
  assertThrows(() => addresses.check(request, "127.0.0.1"), CallerError);
});

Deno.test("an address with a zone that is longer than any is none", () => {
  const request = requestWith({ "x-forwarded-for": `fd00::1%${"a".repeat(100)}` });
  assertThrows(() => addresses.check(request, "127.0.0.1"), CallerError);
});

Deno.test("a header of 10,000 addresses is read from its end alone", () => {
  const request = requestWith({ "x-forwarded-for": `${"1.1.1.1, ".repeat(10_000)}10.0.0.1` });
  addresses.check(request, "127.0.0.1");
});
