import { assertEquals, assertRejects } from "@std/assert";
import type { NewDelivery } from "../../src/chain/deliveries.ts";
import { packed, type PackedDeliveries, unpacked } from "../../src/delivery/packed_deliveries.ts";
import { Staging, type StagingOutbox } from "../../src/delivery/staging.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { aDelivery } from "./builders.ts";

/** An outbox in memory that fails as often as it is told. */
class MemoryOutbox implements StagingOutbox {
  readonly queue: string[] = [];
  readonly stagedPacks: PackedDeliveries[] = [];
  failures = 0;
  transactions = 0;

  #begin(): void {
    this.transactions++;
    if (this.failures-- > 0) throw new Error("the disk is full");
  }

  // deno-lint-ignore require-await -- the interface is for stores that do wait
  async append(deliveries: readonly NewDelivery[]): Promise<void> {
    this.#begin();
    this.queue.push(...deliveries.map(({ id }) => id));
  }

  // deno-lint-ignore require-await -- as above
  async stage(packs: readonly PackedDeliveries[]): Promise<void> {
    this.#begin();
    this.stagedPacks.push(...packs);
  }

  // deno-lint-ignore require-await -- as above
  async queueStaged(least: number) {
    this.#begin();
    const targets = new Set<string>();
    let count = 0;
    while (count < least && this.stagedPacks.length > 0) {
      const pack = this.stagedPacks.shift()!;
      this.queue.push(...unpacked(pack).map(({ id }) => id));
      targets.add(pack.target);
      count += pack.count;
    }
    return { count, targets: [...targets], next: this.stagedPacks[0]?.oldest };
  }
}

function aStage({ left = [] }: { readonly left?: readonly NewDelivery[] } = {}) {
  const clock = new FakeClock();
  const outbox = new MemoryOutbox();
  outbox.stagedPacks.push(...packed(left));
  const told: string[][] = [];
  const failures: string[] = [];
  const turn: (() => void)[] = [];
  const state = { pressed: false };
  const staging = new Staging({
    outbox,
    clock,
    pressed: () => state.pressed,
    queued: (targets) => told.push([...targets]),
    failed: ({ message }) => failures.push(message),
    atTurnsEnd: (callback) => turn.push(callback),
  });
  return {
    ...{ clock, outbox, staging, state, told, failures },
    store: (...ids: readonly string[]) =>
      staging.store(packed(ids.map((id) => aDelivery({ id, createdAt: clock.now() })))),
    /** Ends turns until nothing is left to do in one. */
    async settle() {
      for (;;) {
        const callbacks = turn.splice(0);
        if (callbacks.length === 0) return;
        for (const callback of callbacks) callback();
        // what they began ends in the microtasks of this turn
        await new Promise((resolve) => setTimeout(resolve, 0));
      }
    },
  };
}

/** A stage that is empty and knows it. */
async function anEmptyStage() {
  const stage = aStage();
  await stage.settle();
  stage.outbox.transactions = 0;
  return stage;
}

/** An empty stage under pressure, whose courier has fallen behind. */
async function aPressedStage() {
  const stage = await anEmptyStage();
  stage.state.pressed = true;
  await stage.store(...Array.from({ length: 256 }, (_, number) => `before ${number}`));
  stage.outbox.queue.length = stage.told.length = stage.outbox.transactions = 0;
  return stage;
}

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
  const { store, outbox, staging, state } = await anEmptyStage();
  state.pressed = true;
  const ids = Array.from({ length: 200 }, (_, number) => `d${number}`);
  for (let times = 0; times < 5; times++) {
    await store(...ids);
    staging.attempted(ids.length);
  }
  assertEquals([outbox.queue.length, outbox.stagedPacks], [1000, []]);
});

Deno.test("under pressure deliveries are queued at once where one target of ten hangs", async () => {
  const { store, outbox, staging, state } = await anEmptyStage();
  state.pressed = true;
  for (let callback = 0; callback < 500; callback++) {
    await store(...Array.from({ length: 10 }, (_, target) => `d${callback} ${target}`));
    staging.attempted(9);
  }
  assertEquals(outbox.stagedPacks, []);
});

Deno.test("under pressure deliveries are held back where the courier attempts one of four", async () => {
  const { store, outbox, staging, state } = await anEmptyStage();
  state.pressed = true;
  for (let callback = 0; callback < 500; callback++) {
    await store("d1", "d2", "d3", "d4");
    staging.attempted(1);
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
  staging.stop();
  clock.advance(10_000);
  await settle();
  assertEquals([outbox.queue, outbox.stagedPacks.length, clock.timers], [[], 1, 0]);
});
