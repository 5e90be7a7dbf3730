import { assertEquals, assertThrows } from "@std/assert";
import { CallerError } from "../../../src/http/auth/caller_error.ts";
import { headerToken } from "../../../src/http/auth/header_token.ts";
import { requestWith } from "./requests.ts";

const check = headerToken({ header: "authorization", value: "Bearer 0123456789abcdef" });

Deno.test("a request with the token is let in, whatever the case of its header", () => {
  check(requestWith({ Authorization: "Bearer 0123456789abcdef" }));
});

const wrong = ["", "Bearer 0123456789abcdeX", "bearer 0123456789abcdef", "Bearer 0123456789abcde"];
for (const authorization of wrong) {
  Deno.test(`a request with the token "${authorization}" is not let in`, () => {
    const error = assertThrows(() => check(requestWith({ authorization })), CallerError);
    assertEquals([error.status, error.reason], [401, "the token in authorization is wrong"]);
  });
}

Deno.test("a request without the token's header is not let in", () => {
  const error = assertThrows(() => check(requestWith()), CallerError);
  assertEquals([error.status, error.reason], [401, "there is no header authorization"]);
});
