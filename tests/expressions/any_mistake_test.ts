/** Whatever an expression gets wrong, the answer is one that names it, never a fault of our own. */
import { assertEquals } from "@std/assert";
import { errorOf } from "./scope_builder.ts";

const parts = [
  "sendID",
  "unreadMsgNum",
  "typing",
  "atUserIDs",
  "members",
  "group",
  "body",
  "body.any",
  "nobody",
  "'a'",
  "1",
  "1.5",
  "null",
  "[]",
  "[1]",
  "{'a': 1}",
  "b'x'",
  "timestamp('2026-01-01T00:00:00Z')",
];

const uses = [
  "!_",
  "-_",
  "_[0]",
  "_['a']",
  "_.a",
  "_ ? 1 : 2",
  "_ && true",
  "_ in _",
  "_ + _",
  "_ < _",
  "[_]",
  "{_: _}",
  "size(_)",
  "has(_)",
  "string(_)",
  "_.matches(_)",
  "_.getHours(_)",
  "_.substring(_)",
  "_.nothing()",
  "_.map(y, y)",
  "_.all(y, y)",
  "_.all(y, _)",
  "_.filter(y, _)",
  "_.exists(_, _)",
  "cel.bind(y, _, y)",
];

/** What compiling an expression throws that is no error for the author of the rules file. */
function faultOf(source: string): string | undefined {
  try {
    errorOf(source);
    return undefined;
  } catch (error) {
    return `${source}: ${error}`;
  }
}

for (const use of uses) {
  Deno.test(`nothing in place of _ in "${use}" is more than a mistake`, () => {
    const sources = parts.flatMap((part) => {
      const source = use.replaceAll("_", part);
      return [source, ...uses.map((outer) => outer.replaceAll("_", `(${source})`))];
    });
    assertEquals(sources.map(faultOf).filter((fault) => fault !== undefined), []);
  });
}
