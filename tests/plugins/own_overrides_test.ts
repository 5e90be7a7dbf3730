/** What every command's answer may and may not change, through the check that rules go through. */
import { assertEquals, assertThrows } from "@std/assert";
import { OverrideError, takenFields } from "../../src/chain/taken_fields.ts";
import { commands, shapes } from "../support/catalogue.ts";
import { ownRegistry } from "../support/own_plugins.ts";

/** A typical value of a type in the catalogue's notation. */
function typical(type: string): unknown {
  if (type.endsWith("?")) return typical(type.slice(0, -1));
  if (type.endsWith("[]")) return [typical(type.slice(0, -2))];
  if (type.startsWith("map<")) return { history: typical(type.slice(4, -1)) };
  const shape = shapes[type];
  if (shape !== undefined) {
    return Object.fromEntries(Object.entries(shape).map(([name, of]) => [name, typical(of)]));
  }
  const values: Readonly<Record<string, unknown>> = { string: "x", bool: true, int32: 20 };
  return values[type] ?? 1_754_300_000_123n;
}

/** Values that a server fails to decode, which refuses the operation. */
function undecodable(type: string): readonly unknown[] {
  const wrong: unknown[] = [{ value: typical(type) }];
  if (/^string\??$/.test(type)) wrong.push(5, true, ["x"]);
  if (/^bool\??$/.test(type)) wrong.push(1, "true");
  if (/^int32\??$/.test(type)) wrong.push("20", 2 ** 31, 0.5);
  if (/^int64\??$/.test(type)) wrong.push("20", 2n ** 64n);
  if (/\[\]\??$/.test(type)) wrong.push("x", [5]);
  if (!type.endsWith("?")) wrong.push(null);
  // an object of other fields is what Go decodes to an empty one
  return shapes[type.replace("?", "")] === undefined ? wrong : ["x", 5];
}

for (const { command, overrides = {}, ignoredOverrides = [] } of commands) {
  const plugin = ownRegistry.find(command)!;

  for (const [field, type] of Object.entries(overrides)) {
    Deno.test(`${command} takes ${field} as ${type}`, () => {
      const values = [typical(type), ...type.endsWith("?") ? [null] : []];
      for (const value of values) {
        assertEquals(takenFields({ [field]: value }, plugin), { [field]: value });
      }
    });

    Deno.test(`${command} does not take ${field} as anything else`, () => {
      for (const value of undecodable(type)) {
        assertThrows(() => takenFields({ [field]: value }, plugin), OverrideError, field);
      }
    });
  }

  Deno.test(`${command} takes nothing but its overrides`, () => {
    const others = ["newInV4", "callbackCommand", ...ignoredOverrides];
    const values = Object.fromEntries(others.map((field) => [field, "x"]));
    assertEquals(takenFields(values, plugin), {});
  });
}
