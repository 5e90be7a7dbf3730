import { assertEquals, assertMatch } from "@std/assert";
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
  assertMatch(errorOf("counts.groupReads['1m'] == 'many'", { shapes }), /no such overload/);
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
