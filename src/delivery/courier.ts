import type { NewDelivery } from "../chain/deliveries.ts";
import { AttemptResults } from "./attempt_results.ts";
import type { CourierContext } from "./courier_context.ts";
import { Lane } from "./lane.ts";
import type { StoredDelivery } from "./outbox.ts";
import type { Target } from "./target.ts";
import type { TargetStatus } from "./target_status.ts";

/** Takes deliveries from the outbox to their targets, one lane per target. */
export class Courier {
  readonly #context: CourierContext;
  readonly #lanes: Map<string, Lane>;
  readonly #results: AttemptResults;

  /** Makes the lanes; {@link wake} starts them. */
  constructor(targets: readonly Target[], context: CourierContext) {
    this.#context = context;
    this.#results = new AttemptResults({ ...context, outboxWrites: () => this.wake() });
    this.#lanes = new Map(
      targets.map((target) => [target.name, new Lane(target, context, this.#results)]),
    );
  }

  /** The lease for deliveries that {@link stored} gets, milliseconds. */
  get lease(): number {
    return Math.max(0, ...[...this.#lanes.values()].map(({ lease }) => lease));
  }

  /** Deliveries were stored, and of those some were claimed for {@link lease}, to be sent at once. */
  stored(deliveries: readonly NewDelivery[], claimed: readonly StoredDelivery[]): void {
    const { outbox, outboxFailed } = this.#context;
    for (const [target, fresh] of Map.groupBy(claimed, ({ target }) => target)) {
      const lane = this.#lanes.get(target);
      if (lane !== undefined) lane.offer(fresh);
      else outbox.release(fresh.map(({ storeID }) => storeID)).catch(outboxFailed);
    }
    if (claimed.length === deliveries.length) return;
    for (const target of new Set(deliveries.map(({ target }) => target))) this.wake(target);
  }

  /** Looks for due deliveries of a target, or of every target. */
  wake(target?: string): void {
    if (target !== undefined) this.#lanes.get(target)?.wake();
    else for (const lane of this.#lanes.values()) lane.wake();
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
   * Goes on with a target that wanted no deliveries any more, or is left alone for now. False if
   * neither was so, undefined if there is no such target.
   */
  resume(target: string): boolean | undefined {
    const lane = this.#lanes.get(target);
    return lane?.status === undefined ? undefined : lane.resume();
  }

  /** The state of the targets of the rules file. */
  targetStatuses(): readonly TargetStatus[] {
    return [...this.#lanes.values()].flatMap(({ status }) => status ?? []);
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
