import type { NewDelivery } from "../../src/chain/deliveries.ts";
import {
  type DamagedPack,
  packed,
  type PackedDeliveries,
  unpacked,
} from "../../src/delivery/packed_deliveries.ts";
import { Staging, type StagingOutbox } from "../../src/delivery/staging.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { aDelivery } from "./builders.ts";

/** An outbox in memory that fails as often as it is told. */
class MemoryOutbox implements StagingOutbox {
  readonly queue: string[] = [];
  readonly stagedPacks: PackedDeliveries[] = [];
  /** How many were asked for each time. */
  readonly queuedAtOnce: number[] = [];
  readonly damaged: DamagedPack[] = [];
  failures = 0;
  transactions = 0;
  /** What happens while the disk is synced. */
  whileSynced = () => {};

  #begin(): void {
    this.transactions++;
    if (this.failures-- > 0) throw new Error("the disk is full");
  }

  // deno-lint-ignore require-await -- the interface is for stores that do wait
  async append(
    deliveries: readonly NewDelivery[],
    staged: readonly PackedDeliveries[],
  ): Promise<void> {
    this.#begin();
    this.queue.push(...deliveries.map(({ id }) => id));
    this.stagedPacks.push(...staged);
    this.whileSynced();
  }

  // deno-lint-ignore require-await -- as above
  async queueStaged(least: number) {
    this.#begin();
    this.queuedAtOnce.push(least);
    const targets = new Set<string>();
    let queued = 0;
    while (queued < least && this.stagedPacks.length > 0) {
      const pack = this.stagedPacks.shift()!;
      this.queue.push(...unpacked(pack).map(({ id }) => id));
      targets.add(pack.target);
      queued += pack.count;
    }
    return {
      targets: [...targets],
      next: this.stagedPacks[0]?.oldest,
      left: [...new Set(this.stagedPacks.map(({ target }) => target))],
      damaged: this.damaged.splice(0),
    };
  }
}

/** A stage in front of an outbox in memory, which holds what is left of a run before. */
export function aStage({ left = [] }: { readonly left?: readonly NewDelivery[] } = {}) {
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
  const endTurn = async () => {
    for (const callback of turn.splice(0)) callback();
    // what they began ends in the microtasks of this turn
    await new Promise((resolve) => setTimeout(resolve, 0));
  };
  const storeFor = (target: string, ...ids: readonly string[]) =>
    staging.store(packed(ids.map((id) => aDelivery({ target, id, createdAt: clock.now() }))));
  return {
    ...{ clock, outbox, staging, state, told, failures, storeFor },
    store: (...ids: readonly string[]) => storeFor("analytics", ...ids),
    attempted: (count: number) => staging.attempted(new Map([["analytics", count]])),
    endTurn,
    /** Ends turns until nothing is left to do in one. */
    async settle() {
      while (turn.length > 0) await endTurn();
    },
  };
}

/** A stage that is empty and knows it. */
export async function anEmptyStage() {
  const stage = aStage();
  await stage.settle();
  stage.outbox.transactions = 0;
  return stage;
}

/** An empty stage under pressure, whose courier has fallen behind. */
export async function aPressedStage() {
  const stage = await anEmptyStage();
  stage.state.pressed = true;
  await stage.store(...Array.from({ length: 256 }, (_, number) => `before ${number}`));
  stage.outbox.queue.length = stage.told.length = stage.outbox.transactions = 0;
  return stage;
}
