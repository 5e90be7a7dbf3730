import { assertEquals, assertThrows } from "@std/assert";
import { createCallerAuth } from "../../../src/http/auth/caller_auth.ts";
import { CallerError } from "../../../src/http/auth/caller_error.ts";
import { MemorySeenKeys } from "../../../src/stores/memory_seen_keys.ts";
import { requestWith } from "./requests.ts";

const secret = "0123456789abcdef";
const auth = createCallerAuth(
  { secrets: [secret, "next-secret-of-the-house"], addresses: { allow: [], trustedProxies: [] } },
  { seen: new MemorySeenKeys(1), now: () => 0 },
);
const at = (path: string) => requestWith({}, path);

Deno.test("a path is shown without its secret", () => {
  assertEquals(auth.shownPath(at(`/${secret}/a/callbackX`)), "/a/callbackX");
});

Deno.test("a secret that is in a path twice is not shown", () => {
  for (const again of [secret, "next-secret-of-the-house"]) {
    assertEquals(auth.shownPath(at(`/${secret}/${again}/callbackX`)), "/***/callbackX");
  }
});

Deno.test("a path without the secret is not shown: it may hold most of it", () => {
  for (const path of [`/a/${secret}/callbackX`, `/${secret}x/callbackX`, "/callbackX"]) {
    assertEquals(auth.shownPath(at(path)), "(not shown: without the secret)");
  }
});

Deno.test("a secret whose letters are percent-encoded is the secret, and not shown either", () => {
  const request = at(`/%30${secret.slice(1)}/%30${secret.slice(1)}/callbackX`);
  assertEquals(auth.admit(request, "127.0.0.1"), `/${secret}/callbackX`);
  assertEquals(auth.shownPath(request), "/***/callbackX");
});

Deno.test("a secret in the query, in a header or behind dots lets nobody in", () => {
  const url = `/callbackX?token=${secret}&secret=${secret}`;
  for (const path of [url, `/x/../../x/${secret}/callbackX`, `/.${secret}/callbackX`]) {
    assertThrows(() => auth.admit(at(path), "127.0.0.1"), CallerError);
  }
  const request = requestWith({ authorization: secret, referer: `http://x/${secret}/` });
  assertThrows(() => auth.admit(request, "127.0.0.1"), CallerError);
});
