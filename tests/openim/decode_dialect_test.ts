import { assertEquals } from "@std/assert";
import { decoded, decodedFor, readCommand, type RequestParts } from "./incoming.ts";

/** A request as 2.0.2 to 2.3.3 send it. */
const fromV2 = (parts: Partial<RequestParts> = {}) =>
  decoded({
    path: "/callbackExample",
    operationIDHeader: undefined,
    connectionHeader: "close",
    ...parts,
  });

for (const path of ["/", "/callbackExample", "/hook/token"]) {
  Deno.test(`a bare URL with the path ${path}, closing and untraced, is version 2`, () => {
    assertEquals(fromV2({ path }).dialect, "v2");
  });
}

for (const connectionHeader of ["Close", "CLOSE"]) {
  Deno.test(`"Connection: ${connectionHeader}" is the same as close`, () => {
    assertEquals(fromV2({ connectionHeader }).dialect, "v2");
  });
}

const notV2: Record<string, Partial<RequestParts>> = {
  "the command in the path": { path: `/${readCommand}` },
  "the command in the query": { commandParameter: readCommand },
  "an operationID header": { operationIDHeader: "op-1" },
  "an empty operationID header, as 3.7 sends": { operationIDHeader: "" },
  "no Connection header": { connectionHeader: undefined },
  "a connection that is kept": { connectionHeader: "keep-alive" },
};

for (const [what, parts] of Object.entries(notV2)) {
  Deno.test(`a request with ${what} is version 3`, () => {
    assertEquals(fromV2(parts).dialect, "v3");
  });
}

Deno.test("where the version is known to be 2, a bare URL is version 2 whatever a proxy made of the headers", () => {
  const bare = { path: "/callbackExample", connectionHeader: "keep-alive" };
  for (const operationIDHeader of [undefined, "op-1"]) {
    for (const version of ["2.0.2", "2.3.3"]) {
      assertEquals(decodedFor(version, { ...bare, operationIDHeader }).dialect, "v2");
    }
    for (const version of ["3.0.0", "3.8.3", "main"]) {
      assertEquals(decodedFor(version, { ...bare, operationIDHeader }).dialect, "v3");
    }
  }
});

Deno.test("a command in the URL is version 3 whatever version is named", () => {
  const parts = { connectionHeader: "close", operationIDHeader: undefined };
  assertEquals(decodedFor("2.3.3", { ...parts, path: `/${readCommand}` }).dialect, "v3");
  assertEquals(decodedFor("2.3.3", { ...parts, commandParameter: readCommand }).dialect, "v3");
});
