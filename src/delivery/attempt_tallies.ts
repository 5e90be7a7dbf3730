import type { Clock } from "../chain/clock.ts";
import type { AttemptReport } from "./courier_context.ts";

/** Attempts at one target that came to the same end. */
export interface AttemptTally {
  readonly target: string;
  readonly result: AttemptReport["result"];
  /** How long each took, milliseconds. */
  readonly durations: readonly number[];
}

/** How long attempts gather before they are reported, milliseconds. */
const gatherFor = 250;

/**
 * Gathers what became of attempts and reports it a few times a second: a message for each would cost
 * the answering thread more than most chains.
 */
export class AttemptTallies {
  readonly #clock: Clock;
  readonly #report: (tallies: readonly AttemptTally[]) => void;
  #gathered = new Map<string, { readonly tally: AttemptTally; readonly durations: number[] }>();

  constructor(clock: Clock, report: (tallies: readonly AttemptTally[]) => void) {
    this.#clock = clock;
    this.#report = report;
  }

  /** Counts an attempt in. */
  add({ target, result, duration }: AttemptReport): void {
    if (this.#gathered.size === 0) this.#clock.after(gatherFor, () => this.#flush());
    const key = `${result} ${target}`;
    let gathered = this.#gathered.get(key);
    if (gathered === undefined) {
      const durations: number[] = [];
      gathered = { tally: { target, result, durations }, durations };
      this.#gathered.set(key, gathered);
    }
    gathered.durations.push(duration);
  }

  #flush(): void {
    const tallies = [...this.#gathered.values()].map(({ tally }) => tally);
    this.#gathered = new Map();
    this.#report(tallies);
  }
}
