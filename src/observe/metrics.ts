/**
 * The router's metrics in Prometheus's format. Whatever a label may say comes from the rules file,
 * the plugins or the code: nothing that a caller sends becomes a label.
 *
 * @module
 */
import type { Counter } from "prom-client";
import type { Chain } from "../chain/chain.ts";
import type { Clock } from "../chain/clock.ts";
import type { CounterFigures } from "../chain/counters.ts";
import type { AttemptTally } from "../delivery/attempt_tallies.ts";
import type { EndedConnections } from "../http/server/connections.ts";
import { requestProblems } from "../openim/request_error.ts";
import type { RouterEvents } from "./events.ts";
import { ChainMetrics } from "./chain_metrics.ts";
import { type MetricDescription, MetricRegistry } from "./metric_registry.ts";
import { registerProcess } from "./process_metrics.ts";
import { registerStore, type StoreSources } from "./store_metrics.ts";

/** Where figures come from that are asked for when somebody reads the metrics. */
export interface MetricSources extends StoreSources {
  counters(): readonly CounterFigures[];
  /** How many answers of each target were odd and were taken all the same. */
  oddAnswers(): readonly {
    readonly target: string;
    readonly errCode: number;
    readonly garbled: number;
  }[];
  /** How many lines of the log were dropped so far. */
  logLinesDropped(): number;
}

/** Whether a rules file that was read again is now in force. */
export type ReloadResult = "applied" | "refused";

/** Why connections are ended or not taken. */
const endedReasons = [
  "slowHead",
  "slowBody",
  "tooMany",
  "tooManyOfCaller",
  "pipelined",
] as const satisfies readonly (keyof EndedConnections)[];

/** How attempts end. */
const attemptResults = [
  "delivered",
  "retry",
  "kept",
  "dead",
  "expired",
] as const satisfies readonly AttemptTally["result"][];

/** Every metric of the router; made once, wherever rules are replaced. */
export class Metrics {
  readonly #metrics = new MetricRegistry();
  readonly #stopMeasuring: () => void;
  readonly #clock: Clock;
  /** The targets and the commands that have series of their own here. */
  readonly #targets = new Set<string>();
  readonly #droppedOf = new Set<string>();
  /** Watches the callbacks. */
  readonly chains: ChainMetrics;

  readonly #refused = this.#metrics.counter(
    "openim_router_requests_refused_total",
    "Requests that were turned away before any rule ran, by the reason. All unknown commands " +
      "are one reason.",
    ["problem"],
  );
  readonly #dropped = this.#metrics.counter(
    "openim_router_overrides_dropped_total",
    "Fields of answers that were left out because they would break the server.",
    ["command"],
  );
  readonly #notStored = this.#metrics.counter(
    "openim_router_deliveries_not_stored_total",
    "Deliveries that the outbox did not take. Their callbacks were answered.",
    ["target"],
  );
  readonly #storedLate = this.#metrics.counter(
    "openim_router_deliveries_stored_late_total",
    "Deliveries that the outbox took after their callback was answered. The answer said so.",
    ["target"],
  );
  readonly #attempts = this.#metrics.counter(
    "openim_router_delivery_attempts_total",
    "Attempts at deliveries: delivered, tried again later (retry), given up (dead), or not " +
      "counted (kept). Also deliveries that were given up for their age without an attempt " +
      "(expired).",
    ["target", "result"],
  );
  readonly #attemptDurations = this.#metrics.histogram(
    "openim_router_delivery_attempt_duration_seconds",
    "How long attempts at deliveries took.",
    ["target"],
    [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
  );
  readonly #outboxFailures = this.#metrics.counter(
    "openim_router_outbox_failures_total",
    "Times that the outbox could not be read or written by the delivery thread.",
  );
  readonly #filesReplaced = this.#metrics.counter(
    "openim_router_store_files_replaced_total",
    "Times that the store's file was deleted or replaced, and a new one was begun.",
  );
  readonly #deadLettersDeleted = this.#metrics.counter(
    "openim_router_dead_letters_deleted_total",
    "Dead letters that were deleted because they were too old or too many.",
  );
  readonly #connectionsEnded = this.#metrics.counter(
    "openim_router_connections_ended_total",
    "Connections of callers that were ended or not taken, by the reason: a head or a body too " +
      "slow, too many, too many of one address.",
    ["reason"],
  );
  readonly #reloads = this.#metrics.counter(
    "openim_router_rules_reloads_total",
    "Times that the rules file was read again: applied, or refused because of a mistake.",
    ["result"],
  );
  readonly #rulesSince = this.#metrics.gauge(
    "openim_router_rules_applied_timestamp_seconds",
    "When the rules in force were applied, seconds since the epoch.",
  );

  constructor(sources: MetricSources, clock: Clock) {
    this.#clock = clock;
    this.chains = new ChainMetrics(this.#metrics);
    registerStore(this.#metrics, sources, clock);
    this.#registerCounters(sources);
    this.#metrics.counter(
      "openim_router_log_lines_dropped_total",
      "Lines of the log that were dropped: nobody read them in time, or they could not be written.",
      [],
      () => [
        [{}, sources.logLinesDropped()],
      ],
    );
    this.#stopMeasuring = registerProcess(this.#metrics, clock);
    for (const problem of Object.keys(requestProblems)) this.#refused.inc({ problem }, 0);
    for (const reason of endedReasons) this.#connectionsEnded.inc({ reason }, 0);
    for (const result of ["applied", "refused"]) this.#reloads.inc({ result }, 0);
  }

  /** The same events, counted on their way. */
  counting(events: RouterEvents): RouterEvents {
    return {
      ...events,
      turnedAway: (error, request) => {
        this.#refused.inc({ problem: error.problem });
        events.turnedAway(error, request);
      },
      overridesDropped: (callback, dropped) => {
        this.#overridesDropped(callback.command, dropped.length);
        events.overridesDropped(callback, dropped);
      },
      notStored: (callback, deliveries, error) => {
        for (const { target } of deliveries) this.#countOf(target, this.#notStored);
        events.notStored(callback, deliveries, error);
      },
      storedLate: (callback, deliveries) => {
        for (const { target } of deliveries) this.#countOf(target, this.#storedLate);
        events.storedLate(callback, deliveries);
      },
      tallied: (tallies) => {
        for (const tally of tallies) this.#attempted(tally);
        events.tallied(tallies);
      },
      outboxFailed: (error) => {
        this.#outboxFailures.inc();
        events.outboxFailed(error);
      },
      fileReplaced: (file) => {
        this.#filesReplaced.inc();
        events.fileReplaced(file);
      },
      deadLettersDeleted: (count) => {
        this.#deadLettersDeleted.inc(count);
        events.deadLettersDeleted(count);
      },
      connectionsEnded: (ended) => {
        for (const reason of endedReasons) this.#connectionsEnded.inc({ reason }, ended[reason]);
        events.connectionsEnded(ended);
      },
    };
  }

  /** The rules file was read again. */
  reloaded(result: ReloadResult): void {
    this.#reloads.inc({ result });
  }

  /**
   * These chains and targets are in force from now on. Every counter of theirs is there, at 0 until
   * something happens. Figures of rules, commands and targets that are gone are forgotten; what is
   * still under way for them is counted until the next time.
   */
  rulesApplied(chains: ReadonlyMap<string, Chain>, targets: readonly string[]): void {
    this.chains.follow(chains);
    for (const target of this.#targets.difference(new Set(targets))) this.#forgetTarget(target);
    for (const command of this.#droppedOf.difference(chains)) {
      this.#droppedOf.delete(command);
      this.#dropped.remove({ command });
    }
    // Every series starts at 0: Prometheus sees no increase in a series that starts at 1.
    for (const command of chains.keys()) this.#overridesDropped(command, 0);
    for (const target of targets) {
      this.#countOf(target, this.#notStored, 0);
      this.#countOf(target, this.#storedLate, 0);
      for (const result of attemptResults) this.#attempts.inc({ target, result }, 0);
    }
    this.#rulesSince.set(this.#clock.now() / 1000);
  }

  /** What Prometheus reads, and its content type. */
  exposition(): ReturnType<MetricRegistry["exposition"]> {
    return this.#metrics.exposition();
  }

  /** Every metric's name, type and meaning, with the names of its labels. */
  describe(): readonly MetricDescription[] {
    return this.#metrics.descriptions;
  }

  /** Ends what measures by itself. */
  close(): void {
    this.#stopMeasuring();
  }

  #overridesDropped(command: string, fields: number): void {
    this.#droppedOf.add(command);
    this.#dropped.inc({ command }, fields);
  }

  #countOf(target: string, counter: Counter, count = 1): void {
    this.#targets.add(target);
    counter.inc({ target }, count);
  }

  #attempted({ target, result, durations }: AttemptTally): void {
    this.#targets.add(target);
    this.#attempts.inc({ target, result }, durations.length);
    if (result === "expired") return;
    for (const duration of durations) this.#attemptDurations.observe({ target }, duration / 1000);
  }

  #forgetTarget(target: string): void {
    this.#targets.delete(target);
    this.#notStored.remove({ target });
    this.#storedLate.remove({ target });
    this.#attemptDurations.remove({ target });
    for (const result of attemptResults) this.#attempts.remove({ target, result });
  }

  #registerCounters({ counters, oddAnswers }: MetricSources): void {
    this.#metrics.gauge(
      "openim_router_counted_keys",
      "Keys that a counter of the rules file keeps.",
      ["counter"],
      () => counters().map(({ name, keys }) => [{ counter: name }, keys]),
    );
    this.#metrics.counter(
      "openim_router_counted_keys_evicted_total",
      "Keys that a counter forgot because there were too many. They start again at 0.",
      ["counter"],
      () => counters().map(({ name, evictions }) => [{ counter: name }, evictions]),
    );
    this.#metrics.counter(
      "openim_router_odd_answers_total",
      "Answers that a rule waited for and took for consent although their errCode is not 0 " +
        "(errCode), or that are not in the charset that they name (garbled).",
      ["target", "kind"],
      () =>
        oddAnswers().flatMap(({ target, errCode, garbled }) => [
          [{ target, kind: "errCode" }, errCode],
          [{ target, kind: "garbled" }, garbled],
        ]),
    );
  }
}
