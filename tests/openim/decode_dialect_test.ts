import { assertEquals } from "@std/assert";
import { decoded, readCommand, type RequestParts } from "./incoming.ts";

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
