import type { KeyTotals } from "../chain/counters.ts";

/** How many keys are looked at before others get their turn; some tenths of a millisecond. */
const keysAtOnce = 2000;

/**
 * The keys with the highest totals in a window, the highest first; keys without a count are left
 * out. Callbacks are answered in between, and what they change may or may not be seen.
 */
export async function topKeys(
  all: Iterable<KeyTotals>,
  { window, limit }: { readonly window: number; readonly limit: number },
): Promise<readonly KeyTotals[]> {
  const totalOf = ({ totals }: KeyTotals) => totals[window] ?? 0;
  const byTotal = (one: KeyTotals, other: KeyTotals) => totalOf(other) - totalOf(one);
  // a key that was used while others had their turn is met twice
  let best = new Map<string, KeyTotals>();
  let least = 0;
  let seen = 0;
  for (const entry of all) {
    if (totalOf(entry) > least) best.set(entry.key, entry);
    if (best.size >= 2 * limit) {
      const kept = [...best.values()].toSorted(byTotal).slice(0, limit);
      best = new Map(kept.map((entry) => [entry.key, entry]));
      least = totalOf(kept.at(-1)!);
    }
    if (++seen % keysAtOnce === 0) await othersTurn();
  }
  return [...best.values()].toSorted(byTotal).slice(0, limit);
}

function othersTurn(): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve));
}
