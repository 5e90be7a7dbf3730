import type { CourierContext, LaneContext } from "./courier_context.ts";
import { Lane } from "./lane.ts";
import { AttemptResults } from "./attempt_results.ts";
import { type SteadyClock, steadyClock } from "./steady_clock.ts";
import type { Target } from "./target.ts";
import type { TargetStatus } from "./target_status.ts";

/** Takes deliveries from the outbox to their targets, one lane per target. */
export class Courier {
  readonly #context: LaneContext;
  readonly #clock: SteadyClock;
  readonly #lanes: Map<string, Lane>;
  readonly #results: AttemptResults;

  /** Makes the lanes; {@link wake} starts them. */
  constructor(targets: readonly Target[], context: CourierContext) {
    this.#clock = steadyClock(context.clock);
    this.#context = {
      ...context,
      clock: this.#clock,
      wall: () => context.clock.now(),
    };
    this.#results = new AttemptResults({
      ...this.#context,
      outboxWrites: () => this.wake(),
    });
    this.#lanes = new Map(
      targets.map((target) => [target.name, new Lane(target, this.#context, this.#results)]),
    );
  }

  /** Looks for due deliveries of a target, or of every target. */
  wake(target?: string): void {
    if (target !== undefined) this.#lanes.get(target)?.wake();
    else for (const lane of this.#lanes.values()) lane.wake();
  }

  /** The time by which deliveries are due, epoch milliseconds. */
  now(): number {
    return this.#clock.now();
  }

  /** The machine's clock was set, and the due times in the outbox were moved with it. */
  clockSet(): void {
    this.#clock.follow();
    this.wake();
  }

  /**
   * Delivers to these targets from now on. Lanes of known targets take the new settings and keep
   * what they hold; those of targets that are gone rest until their target is back.
   */
  retarget(targets: readonly Target[]): void {
    const named = new Map(targets.map((target) => [target.name, target]));
    for (const [name, lane] of this.#lanes) lane.retarget(named.get(name));
    for (const [name, target] of named) {
      if (this.#lanes.has(name)) continue;
      this.#lanes.set(name, new Lane(target, this.#context, this.#results));
      this.wake(name);
    }
  }

  /**
   * Goes on with a target that wanted no deliveries any more, or is left alone for now. False where
   * neither was so, undefined where there is no such target.
   */
  resume(target: string): boolean | undefined {
    const lane = this.#lanes.get(target);
    return lane?.standing === undefined ? undefined : lane.resume();
  }

  /** How it stands with the targets of the rules file. */
  standings(): readonly TargetStatus[] {
    return [...this.#lanes.values()].flatMap(({ standing }) => standing ?? []);
  }

  /**
   * Starts nothing new, waits for the attempts under way, but no longer than `within`
   * milliseconds; what is then still under way is broken off and stays in the outbox.
   */
  async stop(within: number): Promise<void> {
    await Promise.all([...this.#lanes.values()].map((lane) => lane.stop(within)));
    await this.#results.close();
  }
}
