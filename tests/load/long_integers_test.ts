/** How long large bodies take to read, as a ratio to `JSON.parse` on the same machine. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { z } from "zod";
import { CelScope } from "../../src/expressions/cel_scope.ts";
import { parseExact } from "../../src/openim/exact_json.ts";
import { aCallback } from "../support/callbacks.ts";
import { cpuTimeOf } from "../support/cpu_time.ts";

const numbers = JSON.stringify(Array.from({ length: 300_000 }, (_, index) => index % 1000));
const text = `{"sendID":"u1","list":${numbers},"long":1000000000000000001}`;

/** The least that five runs take of a processor: what else the machine does is not in it. */
const quickest = (work: () => unknown) =>
  Math.min(...Array.from({ length: 5 }, () => cpuTimeOf(work)));

const parsing = quickest(() => JSON.parse(text));

Deno.test("six conditions on a large body with one long integer take little more than to parse it", () => {
  const scope = CelScope.of(z.looseObject({ sendID: z.string() }));
  const conditions = [
    "body.long == 1000000000000000001",
    "body.long > 5",
    "size(body.list) > 5 && body.long != 7",
    "has(body.long) && body.list[17] == 17",
    "body.sendID == 'u1'",
    "body.long in [1000000000000000001]",
  ].map((source) => scope.compile(source));
  const request = JSON.parse(text);
  const ratio = quickest(() => {
    const callback = aCallback({ request, text });
    for (const { evaluate } of conditions) assertEquals(evaluate(callback, {}), true);
  }) / parsing;
  // some 1000 when each condition parsed the text again, some 22 now
  assert(ratio < 60, `${ratio} times as long`);
});

Deno.test("one long integer makes the parser only a few times slower", () => {
  const ratio = quickest(() => parseExact(text)) / parsing;
  // 30 to 40 with a reviver, some 11 without
  assert(ratio < 20, `${ratio} times slower`);
});

Deno.test("a text that breaks off inside of a string is refused in linear time", () => {
  const broken = ['\\"', '\\"x'].flatMap((part) => {
    const start = `{"text":"${part.repeat(100_000)}`;
    // the end of a text may be cut anywhere: after a letter, in an escape, before a line's end
    return [start, `${start}\\`, `${start}\\\n`];
  });
  const took = cpuTimeOf(() => {
    for (const text of broken) assertThrows(() => parseExact(text), SyntaxError);
  });
  // half a minute for each of them if every quote is taken for a start again
  assert(took < 2000, `${took} ms`);
});
