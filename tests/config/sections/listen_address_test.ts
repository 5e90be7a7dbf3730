import { assert, assertEquals, assertFalse } from "@std/assert";
import { listenAddress, splitAddress } from "../../../src/config/sections/listen_address.ts";

const allowed = (text: string) => listenAddress.safeParse(text).success;

Deno.test("a host and a port are an address", () => {
  for (const text of ["127.0.0.1:10006", "localhost:80", "im-1.example.com:65535", "0.0.0.0:0"]) {
    assert(allowed(text), text);
  }
});

Deno.test("an IPv6 address stands in brackets", () => {
  assert(allowed("[::1]:10006"));
  assertFalse(allowed("::1:10006"));
});

Deno.test("an address without a host or a port is refused", () => {
  for (const text of ["", "localhost", ":10006", "localhost:", "10006", "[::1]", "a b:1"]) {
    assertFalse(allowed(text), text);
  }
});

Deno.test("a port beyond 65535 is refused", () => {
  assertFalse(allowed("localhost:65536"));
});

Deno.test("an IP address that is none is refused", () => {
  for (const text of ["999.0.0.1:80", "[::1:::]:80", "[1]:80"]) assertFalse(allowed(text), text);
});

Deno.test("a URL is refused", () => {
  assertFalse(allowed("http://localhost:10006"));
  assertFalse(allowed("localhost:10006/"));
});

Deno.test("an address is split into host and port", () => {
  assertEquals(splitAddress("im.example.com:10006"), { hostname: "im.example.com", port: 10006 });
});

Deno.test("an IPv6 address is split without its brackets", () => {
  assertEquals(splitAddress("[fe80::1]:0"), { hostname: "fe80::1", port: 0 });
});
