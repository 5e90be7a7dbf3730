import { assertEquals } from "@std/assert";
import { packed, unpacked } from "../../src/delivery/packed_deliveries.ts";
import { aDelivery } from "./builders.ts";
import { anEmptyStage, aPressedStage, aStage } from "./memory_stage.ts";

Deno.test("what is never attempted, because its target hangs, holds nothing else back", async () => {
  const { storeFor, attempted, outbox, state, told } = await anEmptyStage();
  state.pressed = true;
  for (let callback = 0; callback < 500; callback++) {
    await Promise.all([storeFor("alerts", `a${callback}`), storeFor("analytics", `d${callback}`)]);
    attempted(1);
  }
  assertEquals(outbox.queue.filter((id) => id.startsWith("d")).length, 500);
  assertEquals(told.filter(([target]) => target === "analytics").length, 500);
  assertEquals([...new Set(outbox.stagedPacks.map(({ target }) => target))], ["alerts"]);
});

Deno.test("deliveries of one callback are stored in one transaction, some queued, some staged", async () => {
  const { staging, outbox, told } = await aPressedStage();
  await staging.store(packed([aDelivery({ id: "d1" }), aDelivery({ id: "a1", target: "alerts" })]));
  assertEquals([outbox.queue, told, outbox.transactions], [["a1"], [["alerts"]], 1]);
  assertEquals(outbox.stagedPacks.map(({ target }) => target), ["analytics"]);
});

Deno.test("a target that has nothing on the stage any more is free, whatever else is there", async () => {
  const stage = await aPressedStage();
  const { store, storeFor, settle, attempted, outbox, clock, staging, state } = stage;
  await store("d1");
  // the other target's burst begins later, and keeps the stage filled
  clock.advance(100);
  state.pressed = true;
  await storeFor("alerts", ...Array.from({ length: 256 }, (_, number) => `a${number}`));
  attempted(1000);
  for (let times = 0; times < 500; times++) {
    await storeFor("alerts", ...Array.from({ length: 4 }, (_, number) => `b${times} ${number}`));
    await settle();
    clock.advance(10);
    await settle();
  }
  assertEquals(outbox.queue.includes("d1"), true);
  assertEquals(outbox.stagedPacks.length > 0, true);
  await store("d2");
  assertEquals(outbox.queue.at(-1), "d2");
  staging.stop();
});

Deno.test("after a restart in a burst only targets with leftovers are held back", async () => {
  const { store, storeFor, settle, outbox, state, clock } = aStage({
    left: Array.from({ length: 1000 }, (_, number) => aDelivery({ id: `d${number}` })),
  });
  state.pressed = true;
  await storeFor("alerts", "a1");
  await settle();
  clock.advance(5000);
  await settle();
  await store("d1000");
  await storeFor("alerts", "a2");
  assertEquals(outbox.queue.includes("a2"), true);
});

Deno.test("an operator's command that queues all of the stage beside it frees the targets", async () => {
  const { store, settle, outbox, clock } = await aPressedStage();
  await store("d1");
  await settle();
  outbox.queue.push(...outbox.stagedPacks.splice(0).flatMap(unpacked).map(({ id }) => id));
  clock.advance(20);
  await settle();
  await store("d2");
  assertEquals([outbox.queue, outbox.stagedPacks.length], [["d1"], 1]);
});
