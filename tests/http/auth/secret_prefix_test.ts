import { assertEquals, assertThrows } from "@std/assert";
import { CallerError } from "../../../src/http/auth/caller_error.ts";
import { secretPrefix } from "../../../src/http/auth/secret_prefix.ts";

const secret = "0123456789abcdef";
const prefix = secretPrefix([secret, "next-secret-of-the-house"]);

for (
  const [path, rest] of [
    [`/${secret}/callbackX`, "/callbackX"],
    [`/${secret}//callbackX`, "//callbackX"],
    [`//${secret}/a/callbackX`, "/a/callbackX"],
    [`/${secret}`, "/"],
    [`/${secret}/`, "/"],
    ["/next-secret-of-the-house/callbackX", "/callbackX"],
  ] as const
) {
  Deno.test(`the path ${path} is let in as ${rest}`, () => {
    assertEquals(prefix.strip(path), rest);
  });
}

for (
  const path of [
    "/",
    "",
    "//",
    "/callbackX",
    `/callbackX/${secret}`,
    `/${secret}x/callbackX`,
    `/${secret.slice(1)}/callbackX`,
    `/${secret.toUpperCase()}/callbackX`,
    `/${secret.slice(0, -1)}\u00e9/callbackX`,
    `/${"\u00e9".repeat(8)}/callbackX`,
  ]
) {
  Deno.test(`the path "${path}" is not let in`, () => {
    const error = assertThrows(() => prefix.strip(path), CallerError);
    assertEquals(error.status, 401);
    assertEquals(`${error.message} ${error.reason}`.includes(secret.slice(1, 8)), false);
  });
}

Deno.test("a shorter segment that was compared after the secret is not taken for it", () => {
  assertEquals(prefix.strip(`/${secret}/callbackX`), "/callbackX");
  assertThrows(() => prefix.strip("/0/callbackX"), CallerError);
});
