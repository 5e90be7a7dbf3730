import { assertEquals, assertRejects } from "@std/assert";
import { aDelivery } from "./builders.ts";
import { anEmptyStage, aPressedStage, aStage } from "./memory_stage.ts";

Deno.test("without pressure deliveries are queued in the transaction that stores them", async () => {
  const { store, settle, outbox, told } = await anEmptyStage();
  await store("d1", "d2");
  assertEquals([outbox.queue, told, outbox.transactions], [["d1", "d2"], [["analytics"]], 1]);
  await settle();
  assertEquals(outbox.transactions, 1);
});

Deno.test("under pressure deliveries are stored and not queued", async () => {
  const { store, settle, outbox, told } = await aPressedStage();
  await store("d1");
  await store("d2");
  await settle();
  assertEquals([outbox.queue, outbox.stagedPacks.length, told], [[], 2, []]);
});

Deno.test("under pressure deliveries are queued at once as long as the courier keeps up", async () => {
  const { store, attempted, outbox, state } = await anEmptyStage();
  state.pressed = true;
  const ids = Array.from({ length: 200 }, (_, number) => `d${number}`);
  for (let times = 0; times < 5; times++) {
    await store(...ids);
    attempted(ids.length);
  }
  assertEquals([outbox.queue.length, outbox.stagedPacks], [1000, []]);
});

Deno.test("attempts at what came before the burst are no credit for it", async () => {
  const { store, attempted, outbox, state } = await anEmptyStage();
  attempted(1000);
  state.pressed = true;
  await store(...Array.from({ length: 256 }, (_, number) => `d${number}`));
  await store("held back");
  assertEquals([outbox.queue.length, outbox.stagedPacks.length], [256, 1]);
});

Deno.test("under pressure deliveries are held back where the courier attempts one of four", async () => {
  const { store, attempted, outbox, state } = await anEmptyStage();
  state.pressed = true;
  for (let callback = 0; callback < 500; callback++) {
    await store("d1", "d2", "d3", "d4");
    attempted(1);
  }
  assertEquals(outbox.stagedPacks.length > 300, true);
});

Deno.test("what was queued in a burst and never attempted does not count in the next", async () => {
  const { store, outbox, state } = await aPressedStage();
  state.pressed = false;
  await store("between");
  state.pressed = true;
  await store("d1");
  assertEquals([outbox.queue, outbox.stagedPacks], [["between", "d1"], []]);
});

Deno.test("what is held back is queued when the pressure ends", async () => {
  const { store, settle, outbox, state, clock, told } = await aPressedStage();
  await store("d1");
  await settle();
  state.pressed = false;
  clock.advance(20);
  await settle();
  assertEquals([outbox.queue, told], [["d1"], [["analytics"]]]);
});

Deno.test("what is held back is queued when no more comes, however busy the process is", async () => {
  const { store, settle, outbox, clock } = await aPressedStage();
  await store("d1");
  await settle();
  clock.advance(19);
  await settle();
  assertEquals(outbox.queue, []);
  clock.advance(1);
  await settle();
  assertEquals(outbox.queue, ["d1"]);
});

/** Stores one delivery after the other for so long, one every 10 ms. */
async function burst(
  { store, settle, clock }: Awaited<ReturnType<typeof anEmptyStage>>,
  milliseconds: number,
  prefix: string,
): Promise<void> {
  for (let number = 0; number < milliseconds / 10; number++) {
    await store(`${prefix}${number}`);
    await settle();
    clock.advance(10);
    await settle();
  }
}

Deno.test("none is held back for more than five seconds", async () => {
  const stage = await aPressedStage();
  await burst(stage, 4900, "first ");
  assertEquals(stage.outbox.queue, []);
  await burst(stage, 5000, "second ");
  const first = stage.outbox.queue.filter((id) => id.startsWith("first"));
  assertEquals(first.length, 490);
  assertEquals(stage.outbox.queue.includes("second 100"), false);
});

Deno.test("none is held back for much longer, however slow the disk and long the burst", async () => {
  const { store, endTurn, outbox, clock } = await aPressedStage();
  outbox.whileSynced = () => clock.stall(100);
  for (let second = 0; second < 60; second++) {
    for (let times = 0; times < 10; times++) {
      await store(...Array.from({ length: 200 }, (_, number) => `d${second} ${times} ${number}`));
      await endTurn();
    }
    const age = clock.now() - (outbox.stagedPacks[0]?.oldest ?? clock.now());
    assertEquals(age < 6000, true, `after ${second} s: ${age} ms`);
  }
});

Deno.test("one that seems to be from the future is not held back until then", async () => {
  const stage = await aPressedStage();
  await stage.store("d1");
  stage.clock.jump(stage.clock.now() - 3_600_000);
  await burst(stage, 50, "later ");
  assertEquals(stage.outbox.queue[0], "d1");
});

Deno.test("what comes while something is held back does not overtake it", async () => {
  const { store, settle, outbox, state, clock } = await aPressedStage();
  await store("d1");
  state.pressed = false;
  await store("d2");
  assertEquals(outbox.queue, []);
  clock.advance(20);
  await settle();
  await store("d3");
  assertEquals(outbox.queue, ["d1", "d2", "d3"]);
});

Deno.test("what is stored in the same turn does not overtake it, although the pressure has ended", async () => {
  const { store, settle, outbox, state, clock } = await aPressedStage();
  outbox.whileSynced = () => state.pressed = false;
  await Promise.all([store("d1"), store("d2")]);
  assertEquals([outbox.queue, outbox.stagedPacks.length], [[], 2]);
  clock.advance(20);
  await settle();
  assertEquals(outbox.queue, ["d1", "d2"]);
});

Deno.test("what could not be staged holds nothing back for longer than what is staged", async () => {
  const { store, settle, outbox, state, clock } = await aPressedStage();
  outbox.failures = 1;
  await assertRejects(() => store("d1"), Error, "the disk is full");
  state.pressed = false;
  clock.advance(20);
  await settle();
  await store("d2");
  assertEquals([outbox.queue, outbox.stagedPacks], [["d2"], []]);
});

Deno.test("when the hold ends no more is queued at once than usual, and what has just come", async () => {
  const stage = await aPressedStage();
  for (let times = 0; times < 400; times++) {
    await stage.store(...Array.from({ length: 20 }, (_, number) => `d${times} ${number}`));
    await stage.settle();
    stage.clock.advance(10);
    await stage.settle();
  }
  stage.state.pressed = false;
  stage.clock.advance(20);
  await stage.settle();
  const most = Math.max(...stage.outbox.queuedAtOnce);
  assertEquals([stage.outbox.stagedPacks, most <= 64 + 2 * 20], [[], true], `${most} at once`);
});

Deno.test("after a pause for a failure no more is queued at once than usual", async () => {
  const { store, settle, outbox, clock, state } = await aPressedStage();
  await store("d0");
  await settle();
  outbox.failures = 1;
  state.pressed = false;
  clock.advance(20);
  await settle();
  for (let number = 1; number < 5000; number += 50) {
    await store(...Array.from({ length: 50 }, (_, at) => `d${number + at}`));
    clock.advance(10);
    await settle();
  }
  clock.advance(1000);
  await settle();
  const most = Math.max(...outbox.queuedAtOnce);
  assertEquals([outbox.stagedPacks, most <= 64 + 2 * 50], [[], true], `${most} at once`);
});

Deno.test("packs that cannot be read are told of, and the others are queued", async () => {
  const { store, settle, outbox, clock, failures } = await aPressedStage();
  await store("d1");
  await settle();
  outbox.damaged.push({ target: "alerts", count: 3 });
  clock.advance(20);
  await settle();
  assertEquals(outbox.queue, ["d1"]);
  assertEquals(failures.map((failure) => failure.split(":")[0]), [
    "what was held back for alerts cannot be read (deliveries",
  ]);
});

Deno.test("much is queued in short transactions, others in between", async () => {
  const { settle, outbox } = aStage({
    left: Array.from({ length: 640 }, (_, number) => aDelivery({ id: `d${number}` })),
  });
  await settle();
  assertEquals([outbox.queue.length, outbox.transactions], [640, 10]);
});

Deno.test("what the run before has left is queued before anything new", async () => {
  const { store, settle, outbox } = aStage({ left: [aDelivery({ id: "left" })] });
  await store("new");
  assertEquals(outbox.queue, []);
  await settle();
  assertEquals(outbox.queue, ["left", "new"]);
});

Deno.test("an outbox that fails to queue is told of once, and tried again a second later", async () => {
  const { store, settle, outbox, clock, failures } = await aPressedStage();
  await store("d1");
  await settle();
  outbox.failures = 1;
  clock.advance(20);
  await settle();
  assertEquals([outbox.queue, failures], [[], ["the disk is full"]]);
  await store("d2");
  await settle();
  assertEquals(failures.length, 1);
  clock.advance(1000);
  await settle();
  assertEquals([outbox.queue, failures.length], [["d1", "d2"], 1]);
});

for (const pressed of [false, true]) {
  Deno.test(`who stores is told that it failed, ${pressed ? "under" : "without"} pressure`, async () => {
    const { store, outbox } = await (pressed ? aPressedStage() : anEmptyStage());
    outbox.failures = 1;
    await assertRejects(() => store("d1"), Error, "the disk is full");
    assertEquals([outbox.queue, outbox.stagedPacks], [[], []]);
  });
}

Deno.test("once stopped, it leaves what is staged to the next run", async () => {
  const { store, settle, outbox, staging, clock } = await aPressedStage();
  await store("d1");
  await settle();
  assertEquals(clock.timers, 1);
  staging.stop();
  assertEquals(clock.timers, 0, "nothing keeps the process alive");
  await store("d2");
  clock.advance(10_000);
  await settle();
  assertEquals([outbox.queue, outbox.stagedPacks.length, clock.timers], [[], 2, 0]);
});
