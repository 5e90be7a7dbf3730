import { assertEquals } from "@std/assert";
import { openListener } from "../../../src/config/load/auth_checks.ts";
import { server } from "../../../src/config/sections/server_section.ts";

const problems = (settings: object) =>
  openListener(server.parse({ listen: "0.0.0.0:1", ...settings })).map(({ path }) =>
    path.join(".")
  );

for (const listen of ["127.0.0.1:1", "127.9.9.9:1", "localhost:1", "[::1]:1"]) {
  Deno.test(`nobody has to prove anything on ${listen}`, () => {
    assertEquals(problems({ listen }), []);
  });
}

for (const listen of ["0.0.0.0:1", "[::]:1", "10.0.0.5:1", "im.example.com:1"]) {
  Deno.test(`${listen} needs a proof`, () => {
    assertEquals(problems({ listen }), ["server.listen"]);
  });
}

Deno.test("a secret whose variable is empty is none", () => {
  assertEquals(problems({ secret: "" }), ["server.listen"]);
});

Deno.test("trusted proxies alone are no proof", () => {
  assertEquals(problems({ callers: { trustedProxies: ["10.0.0.1"] } }), ["server.listen"]);
});

for (
  const callers of [
    { allow: ["0.0.0.0/0"] },
    { allow: ["10.0.0.0/8", "::/0"] },
    { allow: ["10.0.0.0/8"], trustedProxies: ["0.0.0.0/0"] },
  ]
) {
  Deno.test(`${JSON.stringify(callers)} lets everybody in, and is no proof`, () => {
    assertEquals(problems({ callers }), ["server.listen"]);
  });
}

const header = "x-token";
const signature = { algorithm: "HMAC-SHA1", signatureHeader: "x-s", nonceHeader: "x-n" };
for (
  const settings of [
    { insecure: true },
    { secret: "0123456789abcdef" },
    { secret: ["0123456789abcdef"] },
    { callers: { allow: ["10.0.0.0/8"] } },
    { token: { header, value: "0123456789abcdef" } },
    { signature: { ...signature, secret: "0123456789abcdef" } },
  ]
) {
  Deno.test(`an address that others reach may be listened on with ${Object.keys(settings)}`, () => {
    assertEquals(problems(settings), []);
  });
}

for (const range of ["10.0.0.0/33", "10.1", "0x0a000001", "fd00::/129", "im.example.com", "/8"]) {
  Deno.test(`"${range}" is no range of addresses`, () => {
    assertEquals(server.safeParse({ callers: { allow: [range] } }).success, false);
  });
}
