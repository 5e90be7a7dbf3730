import {
  type Counter,
  CounterConflict,
  type CounterFigures,
  type Counters,
  type CounterWindow,
  type KeyTotals,
  type TopQuery,
} from "../chain/counters.ts";
import { MemoryCounter } from "./memory_counter.ts";
import { topKeys } from "./top_keys.ts";

/** Rate counters in memory; they start from nothing when the process does. */
export class MemoryCounters implements Counters {
  #counters = new Map<string, MemoryCounter>();
  #maxKeys: number;

  /** `maxKeys` bounds the keys of each counter. */
  constructor(maxKeys: number) {
    this.#maxKeys = maxKeys;
  }

  open(name: string, windows: readonly CounterWindow[]): Counter {
    return openIn(this.#counters, name, windows, () => new MemoryCounter(windows, this.#maxKeys));
  }

  /**
   * The counters of a rules file that may take the place of the one in force. Those of the same
   * name and windows are the same; over other windows a counter starts from nothing. Until
   * {@link NextCounters.adopt} nothing changes here.
   */
  next(maxKeys: number): NextCounters {
    const counters = new Map<string, MemoryCounter>();
    const restarted = new Set<string>();
    return {
      ...readerOf(counters),
      open: (name, windows) =>
        openIn(counters, name, windows, () => {
          const known = this.#counters.get(name);
          if (known !== undefined && sameWindows(known.windows, windows)) return known;
          if (known !== undefined) restarted.add(name);
          return new MemoryCounter(windows, maxKeys);
        }),
      adopt: () => {
        this.#counters = counters;
        this.#maxKeys = maxKeys;
        for (const counter of counters.values()) counter.resize(maxKeys);
        return [...restarted];
      },
    };
  }

  figures(): readonly CounterFigures[] {
    return readerOf(this.#counters).figures();
  }

  totals(name: string, key: string, now: number): readonly number[] | undefined {
    return readerOf(this.#counters).totals(name, key, now);
  }

  top(name: string, query: TopQuery): Promise<readonly KeyTotals[]> {
    return readerOf(this.#counters).top(name, query);
  }
}

/** The counters of a rules file that is not in force yet. */
export interface NextCounters extends Counters {
  /**
   * Keeps these counters and forgets all others; returns the names of those that start from nothing
   * because their windows are others than before.
   */
  adopt(): readonly string[];
}

/** What can be read of counters without counting. */
function readerOf(
  counters: ReadonlyMap<string, MemoryCounter>,
): Pick<Counters, "figures" | "totals" | "top"> {
  return {
    figures: () =>
      [...counters].map(([name, { windows, keys, evictions }]) => ({
        name,
        windows,
        keys,
        evictions,
      })),
    totals: (name, key, now) => counters.get(name)?.totals(key, now),
    async top(name, { window, limit, now }) {
      const counter = counters.get(name);
      return counter === undefined ? [] : await topKeys(counter.allTotals(now), { window, limit });
    },
  };
}

function openIn(
  counters: Map<string, MemoryCounter>,
  name: string,
  windows: readonly CounterWindow[],
  make: () => MemoryCounter,
): Counter {
  const existing = counters.get(name);
  if (existing === undefined) {
    const counter = make();
    counters.set(name, counter);
    return counter;
  }
  if (!sameWindows(existing.windows, windows)) throw new CounterConflict(name, existing.windows);
  return existing;
}

function sameWindows(one: readonly CounterWindow[], other: readonly CounterWindow[]): boolean {
  return one.length === other.length &&
    one.every(({ milliseconds }, index) => milliseconds === other[index]?.milliseconds);
}
