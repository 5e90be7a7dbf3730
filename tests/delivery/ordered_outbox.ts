import type { Clock } from "../../src/chain/clock.ts";
import type { NewDelivery } from "../../src/chain/deliveries.ts";
import type { AttemptResult, Outbox, StoredDelivery, StoreID } from "../../src/delivery/outbox.ts";

/** What an outbox hands out of the deliveries behind the first of their key. */
export type Behind = "none" | "those that are due";

interface Row {
  readonly delivery: NewDelivery;
  readonly storeID: StoreID;
  attempts: number;
  dueAt: number;
  dead: boolean;
  claimedUntil: number;
}

/**
 * The model of an outbox that keeps order: of each key the first that waits is handed out, when it
 * is due, and those behind it after it or not at all. All others are handed out when they are due.
 * Its IDs are texts, and its time is the monotonic one.
 */
export function orderedOutbox(behind: Behind, clock: Pick<Clock, "monotonic">): Outbox {
  let rows: Row[] = [];
  let last = 0;

  const free = (target: string, now: number): Row[] => {
    const first: Row[] = [];
    const following: Row[] = [];
    const open = new Map<string, boolean>();
    for (const row of rows.filter((row) => !row.dead && row.delivery.target === target)) {
      const { orderKey } = row.delivery;
      const isFirst = orderKey === "" || !open.has(orderKey);
      const before = isFirst || open.get(orderKey)!;
      if (orderKey !== "") open.set(orderKey, before && row.dueAt <= now);
      if (row.claimedUntil > clock.monotonic() || !before) continue;
      if (isFirst) first.push(row);
      else if (behind === "those that are due") following.push(row);
    }
    const byTime = first.toSorted((one, other) => one.dueAt - other.dueAt);
    return [...byTime, ...following];
  };

  const claim = (claimed: readonly Row[], lease: number) => {
    for (const row of claimed) row.claimedUntil = clock.monotonic() + lease;
    return Promise.resolve(claimed.map(storedOf));
  };

  /** Writes down what became of an attempt at a row; false if nothing of it is kept. */
  const remains = (row: Row, result: AttemptResult): boolean => {
    if (row.storeID !== result.storeID) return true;
    if (result.kind === "delivered") return false;
    row.attempts = result.attempts;
    row.claimedUntil = -Infinity;
    if (result.kind === "dead") row.dead = true;
    else row.dueAt = clock.monotonic() + result.retryIn;
    return true;
  };

  return {
    append(deliveries, lease) {
      const fresh = deliveries.map((delivery): Row => ({
        ...{ delivery, storeID: `number ${++last}`, attempts: 0, dueAt: clock.monotonic() },
        ...{ dead: false, claimedUntil: -Infinity },
      }));
      const leads = ({ delivery: { target, orderKey } }: Row) =>
        orderKey === "" ||
        !rows.some(({ dead, delivery }) =>
          !dead && delivery.target === target && delivery.orderKey === orderKey
        );
      const leading: Row[] = [];
      for (const row of fresh) {
        if (leads(row)) leading.push(row);
        rows.push(row);
      }
      return claim(leading, lease);
    },
    claim(target, count, lease, { overdueBy = 0 } = {}) {
      const now = clock.monotonic() - overdueBy;
      return claim(free(target, now).filter(({ dueAt }) => dueAt <= now).slice(0, count), lease);
    },
    release(ids) {
      for (const row of rows) if (ids.includes(row.storeID)) row.claimedUntil = -Infinity;
      return Promise.resolve();
    },
    nextDue(target) {
      const times = free(target, -Infinity).map(({ dueAt }) => dueAt);
      if (times.length === 0) return Promise.resolve(undefined);
      return Promise.resolve(Math.max(0, Math.min(...times) - clock.monotonic()));
    },
    settle(results) {
      for (const result of results) rows = rows.filter((row) => remains(row, result));
      return Promise.resolve();
    },
    counts() {
      const targets = [...new Set(rows.map(({ delivery }) => delivery.target))].toSorted();
      return Promise.resolve(targets.map((target) => {
        const own = rows.filter(({ delivery }) => delivery.target === target);
        const dead = own.filter((row) => row.dead).length;
        return { target, waiting: own.length - dead, dead };
      }));
    },
    oldest() {
      const waiting = rows.filter(({ dead }) => !dead).map(({ delivery }) => delivery);
      const byTarget = Object.entries(Object.groupBy(waiting, ({ target }) => target));
      return Promise.resolve(byTarget.map(([target, own]) => ({
        target,
        createdAt: Math.min(...own!.map(({ createdAt }) => createdAt)),
      })));
    },
    probe: () => Promise.resolve(),
  };
}

function storedOf({ delivery, storeID, attempts, dueAt }: Row): StoredDelivery {
  return { ...delivery, storeID, attempts, dueAt };
}
