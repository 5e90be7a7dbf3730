import { assertEquals } from "@std/assert";
import { DeliveryError } from "../../src/delivery/delivery_error.ts";
import { meaningOf, meaningOfFailure } from "../../src/delivery/failure_meaning.ts";

Deno.test("timeout, too early, too many and whatever is a server's fault may pass", () => {
  for (const status of [408, 425, 429, 500, 501, 502, 503, 504, 511, 599]) {
    assertEquals(meaningOf(status), "retry", String(status));
  }
});

Deno.test("redirects and other refusals stay", () => {
  for (const status of [301, 302, 304, 307, 308, 400, 401, 403, 404, 405, 409, 413, 422, 451]) {
    assertEquals(meaningOf(status), "dead", String(status));
  }
});

Deno.test("410 is about the target, not about the delivery", () => {
  assertEquals(meaningOf(410), "gone");
  assertEquals(
    meaningOfFailure(new DeliveryError("410", { retryable: false, status: 410 })),
    "gone",
  );
});

Deno.test("what is no delivery error may pass", () => {
  for (const failure of [new TypeError("of no use"), "a text", null]) {
    assertEquals(meaningOfFailure(failure), "retry");
  }
});

Deno.test("a failure without an answer is what it says itself", () => {
  assertEquals(meaningOfFailure(new DeliveryError("refused", { retryable: true })), "retry");
  assertEquals(meaningOfFailure(new DeliveryError("no such target", { retryable: false })), "dead");
});
