import { assertEquals } from "@std/assert";
import { eventually } from "../support/eventually.ts";
import { aPressedStage } from "./memory_stage.ts";

for (const [waits, count] of [[true, 1], [true, 130], [false, 130]] as const) {
  const how = waits ? "that waits" : "that does not wait";
  Deno.test(`what is staged while an outbox ${how} queues ${count} is neither left nor overtaken`, async () => {
    const { store, settle, outbox, state, clock } = await aPressedStage();
    const first = Array.from({ length: count }, (_, number) => `d${number}`);
    await store(...first);
    await settle();
    const queued = Promise.withResolvers<void>();
    const { queueStaged } = outbox;
    outbox.queueStaged = async (least) => {
      const result = await queueStaged.call(outbox, least);
      if (waits) await queued.promise;
      return result;
    };
    clock.advance(20);
    const settling = settle();
    state.pressed = false;
    await store("next");
    queued.resolve();
    await settling;
    clock.advance(20);
    await settle();
    assertEquals(outbox.queue, [...first, "next"]);
    await store("last");
    clock.advance(20);
    await settle();
    assertEquals(outbox.queue, [...first, "next", "last"]);
  });
}

Deno.test("while one look at the stage is under way there is no other", async () => {
  const { store, settle, outbox, state, clock } = await aPressedStage();
  const first = Array.from({ length: 200 }, (_, number) => `d${number}`);
  await store(...first);
  await settle();
  let underWay = 0;
  let most = 0;
  const { queueStaged } = outbox;
  const gate = Promise.withResolvers<void>();
  outbox.queueStaged = async (least) => {
    most = Math.max(most, ++underWay);
    const result = await queueStaged.call(outbox, least);
    await gate.promise;
    underWay--;
    return result;
  };
  state.pressed = false;
  clock.advance(20);
  const settling = settle();
  await store("next");
  await settling;
  await store("last");
  gate.resolve();
  await settle();
  await eventually("all is queued", async () => {
    await settle();
    return outbox.queue.length === 202;
  });
  assertEquals([most, outbox.queue], [1, [...first, "next", "last"]]);
});
