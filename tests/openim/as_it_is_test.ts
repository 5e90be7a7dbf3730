import { assert, assertEquals, assertFalse } from "@std/assert";
import fc from "fast-check";
import { z } from "zod";
import { takesAsItIs } from "../../src/openim/as_it_is.ts";
import { int64 } from "../../src/openim/fields.ts";
import { ownRegistry } from "../support/own_plugins.ts";
import { type Sample, samples } from "../support/samples.ts";

const schemaOf = ({ command }: Sample) => ownRegistry.find(command)!.request;

Deno.test(`${samples.length} samples of every command and version need no zod`, () => {
  const left = samples.filter((sample) => !takesAsItIs(schemaOf(sample), sample.fields));
  assertEquals(left.map(({ file }) => file), []);
});

const strange = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom<unknown>(null, 1.5, -1, 1e400, -0, 2 ** 31, 2 ** 53, 2 ** 64, "", "1", [], {}, [
    null,
  ]),
);

/** A sample's body, some of whose values are others, or gone, or more. */
const body = fc.constantFrom(...samples).chain((sample) =>
  fc.record({
    sample: fc.constant(sample),
    changes: fc.array(
      fc.tuple(
        fc.oneof(fc.constantFrom(...Object.keys(sample.fields)), fc.constantFrom("__proto__", "x")),
        fc.option(strange, { nil: undefined }),
      ),
      { maxLength: 3 },
    ),
    nested: fc.boolean(),
  })
);

/** Changes fields, and those of an object in one of them; as parsed JSON `__proto__` is a field. */
function changed({ fields }: Sample, changes: [string, unknown][], nested: boolean): unknown {
  const entries = new Map(Object.entries(fields));
  for (const [name, value] of changes) {
    const inner = entries.get(name);
    if (nested && typeof inner === "object" && inner !== null && !Array.isArray(inner)) {
      const [first = "x"] = Object.keys(inner);
      entries.set(name, fromEntries(new Map(Object.entries(inner)).set(first, value)));
    } else if (value === undefined) entries.delete(name);
    else entries.set(name, value);
  }
  return fromEntries(entries);
}

function fromEntries(entries: Map<string, unknown>): unknown {
  const object = {};
  for (const [name, value] of entries) {
    if (value === undefined) continue;
    Object.defineProperty(object, name, { value, enumerable: true, configurable: true });
  }
  return object;
}

Deno.test("zod takes what is taken as it is, and makes an equal value of it", () => {
  fc.assert(
    fc.property(body, ({ sample, changes, nested }) => {
      const value = changed(sample, changes, nested);
      if (!takesAsItIs(schemaOf(sample), value)) return;
      const checked = schemaOf(sample).safeParse(value);
      assert(checked.success);
      assertEquals(checked.data, value as Record<string, unknown>);
    }),
    { numRuns: 5000 },
  );
});

Deno.test("a body in which something is wrong is left to zod", () => {
  const schema = z.looseObject({ sendID: z.string(), seq: int64, more: z.string().nullish() });
  const taken = { sendID: "a", seq: 1 };
  assert(takesAsItIs(schema, taken));
  assert(takesAsItIs(schema, { ...taken, more: null, unknown: [] }));
  const wrong = [{ seq: 1 }, { ...taken, seq: 1.5 }, { ...taken, more: 1 }, [], null, "{}"];
  for (const value of wrong) assertFalse(takesAsItIs(schema, value), JSON.stringify(value));
});

for (
  const [what, schema, value] of [
    ["gives a default", z.looseObject({ a: z.string().default("x") }), { a: "y" }],
    ["transforms", z.looseObject({ a: z.string().transform(Number) }), { a: "1" }],
    ["trims", z.looseObject({ a: z.string().trim() }), { a: "x" }],
    ["coerces", z.looseObject({ a: z.coerce.string() }), { a: "x" }],
    ["wants a format", z.looseObject({ a: z.email() }), { a: "a@example.com" }],
    ["wants a length", z.looseObject({ a: z.string().min(2) }), { a: "xy" }],
    ["leaves unknown fields out", z.object({ a: z.string() }), { a: "x" }],
    ["refuses unknown fields", z.strictObject({ a: z.string() }), { a: "x" }],
    ["catches all other fields", z.object({ a: z.string() }).catchall(z.string()), { a: "x" }],
    ["refines with more than an answer", z.looseObject({ a: z.string().superRefine(() => {}) }), {
      a: "x",
    }],
    ["refines the whole body so", z.looseObject({ a: z.string() }).superRefine(() => {}), {
      a: "x",
    }],
    ["takes one of several kinds", z.looseObject({ a: z.union([z.string(), z.int()]) }), { a: 1 }],
    ["has names of one length in a record", z.record(z.string().length(1), z.int()), { a: 1 }],
    ["has names of a list in a record", z.record(z.enum(["a"]), z.string()), { a: "x" }],
    ["has names with a format in a record", z.record(z.uuid(), z.string()), {}],
    ["has values in a record that it changes", z.record(z.string(), z.string().trim()), {}],
    ["takes anything", z.looseObject({ a: z.unknown() }), {}],
  ] as const
) {
  Deno.test(`a schema that ${what} is left to zod`, () => {
    assertFalse(takesAsItIs(schema, value));
  });
}

Deno.test("a schema that holds itself is looked at as deep as the value does not", () => {
  const message = z.looseObject({
    text: z.string(),
    get quoted() {
      return message.nullish();
    },
  });
  assert(takesAsItIs(message, { text: "a", quoted: null }));
  assertFalse(takesAsItIs(message, { text: "a", quoted: { text: "b" } }));
});

Deno.test("a number that is none, or endless, is left to zod", () => {
  for (const value of [NaN, Infinity, "1"]) assertFalse(takesAsItIs(z.number(), value));
});

Deno.test("every value of a record is looked at", () => {
  const options = z.record(z.string(), z.boolean());
  assert(takesAsItIs(options, { history: true }));
  assertFalse(takesAsItIs(options, { history: true, unread: 1 }));
});

Deno.test("a refinement is looked at", () => {
  const whole = z.looseObject({ a: int64 }).refine(({ a }) => a !== 3);
  assert(takesAsItIs(whole, { a: 2 }));
  assertFalse(takesAsItIs(whole, { a: 3 }));
});
