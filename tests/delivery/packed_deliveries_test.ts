import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { NewDelivery } from "../../src/chain/deliveries.ts";
import { packed, unpacked } from "../../src/delivery/packed_deliveries.ts";
import { aDelivery, deliveries } from "./builders.ts";

/** Any text, with characters that are hard to store among it. */
const anyText = fc.string({
  unit: fc.oneof(fc.string({ maxLength: 1 }), fc.constantFrom("\0", "\ud83d", "語", '"')),
});

const anyTrace = fc.option(
  fc.record({ traceparent: anyText, tracestate: anyText }, { requiredKeys: ["traceparent"] }),
  { nil: undefined },
);

const anyDelivery: fc.Arbitrary<NewDelivery> = fc.record({
  id: anyText,
  target: fc.constantFrom("analytics", "alerts", "audit"),
  command: fc.constantFrom("callbackA", "callbackB"),
  operationID: anyText,
  orderKey: anyText,
  createdAt: fc.nat(),
  headers: fc.dictionary(fc.string(), fc.string(), { maxKeys: 2, noNullPrototype: true }),
  body: anyText,
  trace: anyTrace,
}).map(({ trace, ...delivery }) => trace === undefined ? delivery : { ...delivery, trace });

const packedAgain = (given: readonly NewDelivery[]) => packed(given).flatMap(unpacked);

Deno.test("whatever was packed comes out as it was, each target's in its order", () => {
  fc.assert(fc.property(fc.array(anyDelivery, { maxLength: 200 }), (given) => {
    const found = packedAgain(given);
    for (const target of ["analytics", "alerts", "audit"]) {
      const of = (all: readonly NewDelivery[]) => all.filter((one) => one.target === target);
      assertEquals(of(found), of(given));
    }
    assertEquals(found.length, given.length);
  }));
});

Deno.test("a pack says for which target it is, how much it holds and since when", () => {
  const given = [
    aDelivery({ id: "d1", createdAt: 20 }),
    aDelivery({ id: "d2", createdAt: 10 }),
    aDelivery({ id: "d3", createdAt: 30, target: "alerts" }),
  ];
  assertEquals(
    packed(given).map(({ target, count, oldest }) => [target, count, oldest]),
    [["analytics", 2, 10], ["alerts", 1, 30]],
  );
});

Deno.test("what deliveries have in common is written once", () => {
  const headers = { "x-tenant": "of all" };
  const [pack, ...others] = packed(deliveries(10, { headers }));
  assertEquals(others, []);
  assertEquals(pack!.json.split("x-tenant").length, 2);
});

Deno.test("no pack holds more than 64 deliveries, and none is empty", () => {
  assertEquals(packed(deliveries(130)).map(({ count }) => count), [64, 64, 2]);
  assertEquals(packed(deliveries(64)).map(({ count }) => count), [64]);
  assertEquals(packed([]), []);
});

Deno.test("a pack takes no more when it has a million characters", () => {
  const large = deliveries(5, { body: "x".repeat(600_000) });
  assertEquals(packed(large).map(({ count }) => count), [2, 2, 1]);
});

Deno.test("a header of one delivery is none of another's", () => {
  const own = [aDelivery({ headers: { a: "1" } }), aDelivery({ headers: { b: "2" } }), aDelivery()];
  assertEquals(packedAgain(own).map(({ headers }) => headers), [{ a: "1" }, { b: "2" }, {}]);
  assert(packed(own).length === 1);
});
