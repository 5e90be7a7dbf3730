/** A service to deliver to. Plain data, so that it can be handed to the courier's thread. */
export interface Target {
  readonly name: string;
  readonly url: string;
  /** Milliseconds that one attempt may take. */
  readonly timeout: number;
  /** Attempts under way at once. */
  readonly concurrency: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Headers that prove who sends: the target's own host gets them, and no delivery holds them. */
  readonly auth: Readonly<Record<string, string>>;
  /** What signs its deliveries, as the rules file writes it; several while one replaces another. */
  readonly secrets: readonly string[];
  /** `private` where it may be on this machine or in its network. */
  readonly network: "public" | "private";
  /** How many redirects an attempt may follow. */
  readonly redirects: number;
  /** The PEM file of a certificate authority of one's own, its whole path. */
  readonly ca: string | undefined;
  readonly retry: RetrySchedule;
}

/** When to try again. */
export interface RetrySchedule {
  /** Attempts in all. */
  readonly attempts: number;
  /** The longest delay before the second attempt, milliseconds. */
  readonly first: number;
  /** How much longer each further delay may be. */
  readonly factor: number;
  /** The longest delay of all, milliseconds. */
  readonly longest: number;
}

/**
 * The delay before the next attempt, milliseconds: a random part of a bound that grows with every
 * attempt ("full jitter"), so that the deliveries that failed together do not return together.
 */
export function retryDelay(
  { first, factor, longest }: RetrySchedule,
  attempts: number,
  random: () => number,
): number {
  return Math.round(random() * Math.min(longest, first * factor ** (attempts - 1)));
}
