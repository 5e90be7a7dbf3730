/** When to try again. */
export interface RetrySchedule {
  /** Attempts in all. */
  readonly attempts: number;
  /** The delays between the attempts, before any part of them is left to chance. */
  readonly delays: ListedDelays | GrowingDelays;
  /**
   * `full`: a random part of each delay, so that the deliveries that failed together do not return
   * together. `none`: the delay itself.
   */
  readonly jitter: "full" | "none";
  /** No attempt is made later than so long after the callback came, milliseconds. */
  readonly maxAge: number | undefined;
}

/** Delays one by one, milliseconds; the last is that of all further attempts. */
export interface ListedDelays {
  readonly kind: "listed";
  readonly list: readonly number[];
}

/** Delays that grow with every attempt. */
export interface GrowingDelays {
  readonly kind: "growing";
  /** The delay before the second attempt, milliseconds. */
  readonly first: number;
  /** How much longer each further delay is. */
  readonly factor: number;
  /** The longest delay of all, milliseconds. */
  readonly longest: number;
}

/** The delay before the next attempt, milliseconds, after a number of attempts. */
export function retryDelay(
  { delays, jitter }: Pick<RetrySchedule, "delays" | "jitter">,
  attempts: number,
  random: () => number,
): number {
  const bound = delays.kind === "listed"
    ? delays.list[Math.min(attempts, delays.list.length) - 1]!
    : Math.min(delays.longest, delays.first * delays.factor ** (attempts - 1));
  return Math.round(jitter === "full" ? random() * bound : bound);
}
