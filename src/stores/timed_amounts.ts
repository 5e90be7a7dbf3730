/** A stretch of time that a total looks back on, and how finely. */
export interface CoarseWindow {
  readonly milliseconds: number;
  /**
   * The milliseconds of which everything counts as one. Grains are powers of two: one that is
   * larger is made of whole smaller ones.
   */
  readonly grain: number;
}

/** Amounts and when they came. Times are whole milliseconds and never go back. */
export class TimedAmounts {
  /** Times and amounts in turn, the oldest first: one small array takes the least memory. */
  #entries: number[] = [];

  /** How many times there are that something came at. */
  get size(): number {
    return this.#entries.length / 2;
  }

  /** Adds an amount at a time. */
  add(time: number, amount: number): void {
    const entries = this.#entries;
    if (entries.at(-2) === time) entries[entries.length - 1]! += amount;
    // an empty array would make room for many at its first push
    else if (entries.length === 0) this.#entries = [time, amount];
    else entries.push(time, amount);
  }

  /** All that came after a time. */
  total(after: number): number {
    const entries = this.#entries;
    let total = 0;
    for (let at = entries.length - 2; at >= 0 && entries[at]! > after; at -= 2) {
      total += entries[at + 1]!;
    }
    return Math.min(total, Number.MAX_SAFE_INTEGER);
  }

  /** Forgets all that came at a time or before it. */
  forget(until: number): void {
    const entries = this.#entries;
    let end = 0;
    while (end < entries.length && entries[end]! <= until) end += 2;
    if (end > 0) entries.splice(0, end);
  }

  /**
   * Puts what came within one grain together, at the latest of its times. A total is then that of
   * a stretch of time which is longer than its window by less than a grain, and never shorter.
   *
   * @param windows the shortest first; nothing may be older than the last of them.
   */
  coarsen(now: number, windows: readonly CoarseWindow[]): void {
    const entries = this.#entries;
    let end = 0;
    let last: { readonly grain: number; readonly cell: number } | undefined;
    for (let at = 0; at < entries.length; at += 2) {
      const time = entries[at]!;
      const amount = entries[at + 1]!;
      const { grain } = windows.find(({ milliseconds }) => now - time < milliseconds)!;
      const cell = Math.floor(time / grain);
      const isSame = last !== undefined && last.grain === grain && last.cell === cell;
      if (isSame) end -= 2;
      entries[end + 1] = isSame ? entries[end + 1]! + amount : amount;
      entries[end] = time;
      end += 2;
      last = { grain, cell };
    }
    entries.length = end;
  }
}
