/**
 * What the operator's listener needs: it asks, others know.
 *
 * @module
 */
import type { Chain } from "../../chain/chain.ts";
import type { Counters } from "../../chain/counters.ts";
import type { OutboxFigures } from "../../delivery/outbox_figures.ts";
import type { TargetStatus } from "../../delivery/target_status.ts";
import type { Registry } from "../../plugins/registry.ts";
import type { OperatorDeliveries } from "./operator_deliveries.ts";
import type { RecentCallback } from "./recent_callback.ts";

/** What the operator's listener needs. */
export interface OperatorContext extends OperatorSources {
  /** What callers prove themselves with; undefined if only this machine can connect. */
  readonly token: string | undefined;
  readonly readiness: () => Promise<Readiness>;
  /** What Prometheus reads. */
  readonly metrics: () => Promise<{ readonly text: string; readonly contentType: string }>;
  /** Called for a request that failed by the router's own fault. */
  readonly failed: (error: Error, path: string) => void;
}

/** Whether callbacks are answered, and what else is wrong. */
export interface Readiness {
  readonly state: "starting" | "running" | "stopping";
  /** Why it is not ready; none when it is. */
  readonly reasons: readonly string[];
  /** What is wrong although callbacks are answered. */
  readonly warnings: readonly string[];
}

/** What the pages under `/api` are made from. */
export interface OperatorSources {
  /** The rules in force; asked for anew by every request, because they may be replaced. */
  readonly rules: () => RulesInForce;
  /** Wall time, epoch milliseconds. */
  readonly now: () => number;
  /** Elapsed time, milliseconds that only ever grow: the counters' own. */
  readonly elapsed: () => number;
  /** What the outbox holds; rejects if it does not say in time. */
  readonly outbox: () => Promise<readonly OutboxFigures[]>;
  /** How it stands with the targets; rejects if the courier does not say in time. */
  readonly targetStatuses: () => Promise<readonly TargetStatus[]>;
  /**
   * Goes on with a target that is disabled or left alone. False if neither is so, undefined
   * if there is no such target.
   */
  readonly resume: (target: string) => Promise<boolean | undefined>;
  /** The latest callbacks that were recorded, the newest first. */
  readonly recent: () => readonly RecentCallback[];
  /** The deliveries one by one, if the outbox can be asked for them. */
  readonly deliveries?: OperatorDeliveries | undefined;
  /** Reads the rules file again; undefined if that cannot be done yet, or not any more. */
  readonly reload?: (() => Promise<ReloadReport | undefined>) | undefined;
}

/** The rules in force, without anything that is secret. */
export interface RulesInForce {
  /** The file's path as the user named it. */
  readonly file: string;
  readonly registry: Registry;
  readonly chains: ReadonlyMap<string, Chain>;
  readonly counters: Counters;
  readonly targets: readonly ShownTarget[];
  /** The sections of the file, defaults filled in and secrets masked. */
  readonly masked: Readonly<Record<string, unknown>>;
}

/** A target as far as it is no secret. */
export interface ShownTarget {
  readonly name: string;
  /** Without user, path and query. */
  readonly url: string;
  /** Milliseconds that one attempt may take. */
  readonly timeout: number;
  /** Attempts under way at once. */
  readonly concurrency: number;
}

/** What became of reading the rules file again. */
export interface ReloadReport {
  readonly applied: boolean;
  /** The number of the rules in force: 1 for those of the start. */
  readonly generation: number;
  /** What is wrong with the file; none if it is applied. */
  readonly problems: readonly ReloadProblem[];
  /** What is allowed but probably not meant, a line each. */
  readonly warnings: readonly string[];
  /** What changes with a restart alone, a line each. */
  readonly waiting: readonly string[];
  /** Counters that start from nothing, because their windows changed. */
  readonly restartedCounters: readonly string[];
  /** The names of targets. */
  readonly targets: {
    readonly added: readonly string[];
    readonly changed: readonly string[];
    readonly removed: readonly string[];
  };
}

/** One thing that is wrong with a rules file. */
export interface ReloadProblem {
  /** What is wrong and what to do, with its place, as the log says it. */
  readonly text: string;
  /** Where, for what is wrong at a place of a file. */
  readonly place?: {
    readonly file: string;
    /** Counted from 1. */
    readonly line: number;
    /** Counted from 1. */
    readonly column: number;
    /** Such as `callbacks.callbackX.rules[1].key`; empty for the whole file. */
    readonly path: string;
    /** What is wrong and what to do, without the place. */
    readonly message: string;
  } | undefined;
}
