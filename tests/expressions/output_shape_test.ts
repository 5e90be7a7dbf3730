import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { z } from "zod";
import { InferredShape } from "../../src/chain/expression.ts";
import { CelError } from "../../src/expressions/cel_error.ts";
import { CelScope } from "../../src/expressions/cel_scope.ts";
import { aCallback } from "../support/callbacks.ts";
import { errorOf, typeOf, valueOf } from "./scope_builder.ts";

const shapes = { counts: { groupReads: { "1m": "int", "1h": "int" } } } as const;
const outputs = { counts: { groupReads: { "1m": 501, "1h": 900 } } };

Deno.test("an output is read by its members", () => {
  assertEquals(valueOf("counts.groupReads['1m'] > 500", { shapes, outputs }), true);
  assertEquals(valueOf("counts.groupReads['1h']", { shapes, outputs }), 900n);
});

Deno.test("an output of a rule that did not run is 0", () => {
  assertEquals(valueOf("counts.groupReads['1m']", { shapes }), 0n);
  assertEquals(valueOf("counts.groupReads['1m'] > 500", { shapes }), false);
});

Deno.test("an output of each type that is not there is that type's nothing", () => {
  const names = { int: 0n, double: 0, string: "", bool: false, dyn: null } as const;
  for (const [type, nothing] of Object.entries(names)) {
    const shapes = { found: type as keyof typeof names };
    assertEquals(valueOf("found", { shapes }), nothing, type);
  }
});

Deno.test("an output of each type is read as what it is", () => {
  const values = { int: 3, double: 0.5, string: "x", bool: true } as const;
  for (const [type, value] of Object.entries(values)) {
    const shapes = { found: type as keyof typeof values };
    const expected = type === "int" ? 3n : value;
    assertEquals(valueOf("found", { shapes, outputs: { found: value } }), expected, type);
  }
});

Deno.test("an output's member is typed", () => {
  assertEquals(typeOf("counts.groupReads['1m']", { shapes }), "int");
  assertMatch(errorOf("counts.groupReads['1m'] == 'many'", { shapes }), /is a whole number/);
});

Deno.test("a misspelt output is an error with the near name", () => {
  assertEquals(
    errorOf("1 > 2 || cuonts.groupReads['1m'] > 1", { shapes }),
    '9: unknown field "cuonts", did you mean "counts"?',
  );
});

Deno.test("a misspelt member of an output is an error with its place and the near name", () => {
  assertEquals(
    errorOf("counts.groupReeds['1m'] > 1", { shapes }),
    '7: unknown field "groupReeds", did you mean "groupReads"?',
  );
});

Deno.test("a window that an output does not have is an error", () => {
  assertMatch(errorOf("counts.groupReads['2m'] > 1", { shapes }), /unknown field "2m"/);
});

Deno.test("outputs leave the command's fields as they were", () => {
  assertEquals(
    valueOf("sendID == 'u1' && counts.groupReads['1h'] == 900", { shapes, outputs }),
    true,
  );
});

Deno.test("an output of an inferred type is the very value that an expression gave", () => {
  const shapes = { vars: { seqs: new InferredShape("list<int>") } };
  const outputs = { vars: { seqs: [1n, 2n] } };
  assertEquals(valueOf("vars.seqs.map(seq, seq * 2)", { shapes, outputs }), [2n, 4n]);
  assertEquals(typeOf("vars.seqs", { shapes }), "list<int>");
});

const group = z.looseObject({ groupName: z.string() });

/** What an expression gives whose value was put out as `vars.found`, in a later scope. */
function handedOn(value: string, source: string): unknown {
  const scope = CelScope.of(z.looseObject({ group, groups: z.array(group) }));
  const callback = aCallback({
    request: { group: { groupName: "g" }, groups: [{ groupName: "g1" }] },
  });
  const { type, evaluate } = scope.compile(value);
  const outputs = { vars: { found: evaluate(callback, {}) } };
  const later = scope.withOutputs({ vars: { found: new InferredShape(type) } });
  return later.compile(source).evaluate(callback, outputs);
}

Deno.test("an object of the request keeps its members when it is put out", () => {
  assertEquals(handedOn("group", "vars.found.groupName"), "g");
});

Deno.test("objects of the request in a list keep their members, and their type", () => {
  assertEquals(handedOn("groups", "vars.found[0].groupName"), "g1");
  assertThrows(() => handedOn("groups", "vars.found[0].groupNaem"), CelError, "groupNaem");
});
