/**
 * OpenIM's enums grow: content types, platforms, roles and kinds of conversation that no version
 * has today come tomorrow. No body is turned away for one of them.
 */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { bodyTypes, commands, shapes } from "../support/catalogue.ts";
import { ownRegistry } from "../support/own_plugins.ts";
import { samples } from "../support/samples.ts";

/** The integers of each width, and some that stand at its ends. */
const integers: Readonly<Record<string, fc.Arbitrary<number>>> = {
  int32: fc.oneof(fc.integer(), fc.constantFrom(-(2 ** 31), 2 ** 31 - 1)),
  uint32: fc.oneof(fc.nat(), fc.constantFrom(0, 2 ** 32 - 1)),
  int64: fc.oneof(fc.maxSafeInteger(), fc.constantFrom(-(2 ** 63), 2 ** 63 - 1024)),
};

/** Values of a type with any integers in it; whatever else is in a value stays. */
function anyIntegers(value: unknown, type: string): fc.Arbitrary<unknown> {
  const one = type.replace(/\?$/, "");
  if (typeof value === "number") return integers[one] ?? fc.constant(value);
  if (Array.isArray(value)) {
    return fc.tuple(...value.map((item) => anyIntegers(item, one.replace(/\[\]$/, ""))));
  }
  return typeof value === "object" && value !== null
    ? anyFields(value as Fields, shapes[one] ?? {})
    : fc.constant(value);
}

type Fields = Readonly<Record<string, unknown>>;

function anyFields(fields: Fields, types: Readonly<Record<string, string>>): fc.Arbitrary<Fields> {
  return fc.record(
    Object.fromEntries(
      Object.entries(fields).map(([name, value]) => [name, anyIntegers(value, types[name] ?? "")]),
    ),
  );
}

Deno.test("every integer of the samples has a width", () => {
  const without = samples.flatMap(({ file, command, fields }) => {
    const types = bodyTypes(commands.find((known) => known.command === command)!);
    return Object.entries(fields).filter(([name, value]) =>
      typeof value === "number" && integers[types[name]?.replace("?", "") ?? ""] === undefined
    ).map(([name]) => `${file}: ${name}`);
  });
  assertEquals(without, []);
});

for (const { file, command, fields } of samples) {
  Deno.test(`${file} is taken with any integers in place of its own`, () => {
    const { request } = ownRegistry.find(command)!;
    const types = bodyTypes(commands.find((known) => known.command === command)!);
    fc.assert(fc.property(anyFields(fields, types), (body) => {
      const { success, error } = request.safeParse(body);
      assert(success, error?.message);
    }));
  });
}
