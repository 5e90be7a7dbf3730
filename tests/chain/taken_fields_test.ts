import { assertEquals, assertThrows } from "@std/assert";
import { z } from "zod";
import { OverrideError, takenFields } from "../../src/chain/taken_fields.ts";

const about = {
  command: "callbackBeforeA",
  overrides: z.object({
    info: z.object({ title: z.string().optional() }),
    id: z.int(),
    options: z.record(z.string(), z.boolean()),
  }),
};

Deno.test("what the server ignores is left out", () => {
  assertEquals(takenFields({ info: { title: "x" }, other: 1 }, about), { info: { title: "x" } });
});

Deno.test("a value that is written as something else than it looks like is refused", () => {
  // a Date has the members that the server asks for, none, but is written as a text
  assertThrows(() => takenFields({ info: new Date(0) }, about), OverrideError, "no such info");
});

Deno.test("a Map is taken for the object that it is written as", () => {
  assertEquals(takenFields({ options: new Map([["unread", true]]) }, about), {
    options: { unread: true },
  });
});

Deno.test("members that JSON leaves out are left out", () => {
  assertEquals(takenFields({ info: { title: undefined } }, about), { info: {} });
});

Deno.test("an integer beyond 2^53 keeps its digits", () => {
  const about = {
    command: "callbackBeforeA",
    overrides: z.object({ o: z.object({ n: z.number() }) }),
  };
  assertEquals(takenFields({ o: { n: 9007199254740993n } }, about), {
    o: { n: 9007199254740993n },
  });
});
