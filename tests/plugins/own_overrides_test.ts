/** What every command's answer may and may not change, through the check that rules go through. */
import { assertEquals, assertThrows } from "@std/assert";
import { OverrideError, takenFields } from "../../src/chain/taken_fields.ts";
import { stringifyExact } from "../../src/openim/exact_json.ts";
import { commands } from "../support/catalogue.ts";
import { ownRegistry } from "../support/own_plugins.ts";
import { typical, undecodable } from "../support/typical_values.ts";

for (const { command, overrides = {}, ignoredOverrides = [] } of commands) {
  const plugin = ownRegistry.find(command)!;

  for (const [field, type] of Object.entries(overrides)) {
    Deno.test(`${command} takes ${field} as ${type}`, () => {
      const values = [typical(type), ...type.endsWith("?") ? [null] : []];
      for (const value of values) {
        const taken = takenFields({ [field]: value }, plugin);
        assertEquals(stringifyExact(taken), stringifyExact({ [field]: value }));
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
