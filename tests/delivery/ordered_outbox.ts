import type { NewDelivery } from "../../src/chain/deliveries.ts";
import type { AttemptResult, Outbox, StoredDelivery } from "../../src/delivery/outbox.ts";

/** What an outbox hands out of the deliveries behind the first of their key. */
export type Behind = "none" | "those that are due";

interface Row {
  readonly delivery: NewDelivery;
  readonly sequence: number;
  attempts: number;
  dueAt: number;
  dead: boolean;
}

/**
 * The model of an outbox that keeps order: of each key the first that waits is handed out, when it
 * is due, and those behind it after it or not at all. All others are handed out when they are due.
 */
export function orderedOutbox(behind: Behind): Outbox {
  let rows: Row[] = [];
  let last = 0;

  const free = (target: string, held: ReadonlySet<number>, now: number): Row[] => {
    const first: Row[] = [];
    const following: Row[] = [];
    const open = new Map<string, boolean>();
    for (const row of rows.filter((row) => !row.dead && row.delivery.target === target)) {
      const { orderKey } = row.delivery;
      const isFirst = orderKey === "" || !open.has(orderKey);
      const before = isFirst || open.get(orderKey)!;
      if (orderKey !== "") open.set(orderKey, before && row.dueAt <= now);
      if (held.has(row.sequence) || !before) continue;
      if (isFirst) first.push(row);
      else if (behind === "those that are due") following.push(row);
    }
    const byTime = first.toSorted((one, other) =>
      one.dueAt - other.dueAt || one.sequence - other.sequence
    );
    return [...byTime, ...following];
  };

  return {
    append(deliveries) {
      for (const delivery of deliveries) {
        const { createdAt } = delivery;
        rows.push({ delivery, sequence: ++last, attempts: 0, dueAt: createdAt, dead: false });
      }
      return Promise.resolve();
    },
    due(target, now, limit, held) {
      const due = free(target, held, now).filter(({ dueAt }) => dueAt <= now).slice(0, limit);
      return Promise.resolve(due.map(storedOf));
    },
    nextDue(target, held) {
      const times = free(target, held, 0).map(({ dueAt }) => dueAt);
      return Promise.resolve(times.length === 0 ? undefined : Math.min(...times));
    },
    settle(settlements) {
      for (const settlement of settlements) rows = rows.filter((row) => remains(row, settlement));
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
    close: () => Promise.resolve(),
  };
}

/** Writes down what became of an attempt at a row; false where nothing of it is kept. */
function remains(row: Row, settlement: AttemptResult): boolean {
  if (row.sequence !== settlement.sequence) return true;
  if (settlement.kind === "delivered") return false;
  row.attempts = settlement.attempts;
  if (settlement.kind === "dead") row.dead = true;
  else row.dueAt = settlement.dueAt;
  return true;
}

function storedOf({ delivery, sequence, attempts, dueAt }: Row): StoredDelivery {
  return { ...delivery, sequence, attempts, dueAt };
}
