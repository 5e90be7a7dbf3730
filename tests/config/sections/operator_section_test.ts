import { assertEquals } from "@std/assert";
import { isLoopback } from "../../../src/config/sections/listen_address.ts";
import { operatorSection } from "../../../src/config/sections/operator_section.ts";

const token = "a-token-of-enough-length";

/** What is wrong with a section: the place and the beginning of the reason. */
function problemsOf(section: object): readonly string[] {
  const parsed = operatorSection.safeParse(section);
  return (parsed.error?.issues ?? []).map(({ path, message }) =>
    `${path.join(".")}: ${message.split(":")[0]}`
  );
}

Deno.test("on this machine alone no token is needed, by default as well", () => {
  for (const listen of [undefined, "127.0.0.1:9000", "127.9.9.9:1", "localhost:1", "[::1]:1"]) {
    assertEquals(problemsOf({ listen }), []);
    assertEquals(problemsOf({ listen, token: "" }), []);
  }
});

Deno.test("where other machines can connect a token is required", () => {
  const reason = "listen: other machines can connect to this address";
  for (const listen of ["0.0.0.0:9000", "[::]:1", "10.0.0.5:1", "im.example.com:1"]) {
    assertEquals(problemsOf({ listen }), [reason]);
    assertEquals(problemsOf({ listen, token: "" }), [reason], "an empty variable is no token");
    assertEquals(problemsOf({ listen, token }), []);
    assertEquals(problemsOf({ listen, enabled: false }), []);
  }
});

Deno.test("a token that can be guessed, or not be sent, is refused", () => {
  for (const wrong of ["short", "fifteen-letters", "with a blank in the middle", "ä".repeat(20)]) {
    assertEquals(problemsOf({ token: wrong }), ["token: expected 16 characters or more"]);
  }
});

Deno.test("a name that only begins like this machine's addresses is not one of them", () => {
  for (const address of ["127.0.0.1.example.com:1", "localhost.example.com:1", "127.0.0:1", ""]) {
    assertEquals(isLoopback(address), false, address);
  }
});
