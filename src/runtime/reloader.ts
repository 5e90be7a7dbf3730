/**
 * Changes without a restart: the rules file is loaded again when it changes or someone asks for it,
 * and takes the place of the one in force, or leaves it as it is.
 *
 * @module
 */
import { dirname } from "@std/path";
import type { Clock } from "../chain/clock.ts";
import { ConfigError, describeProblem, type Problem } from "../config/source/config_error.ts";
import { FileWatch, type FileWatchOptions } from "../config/load/file_watch.ts";
import { keepFixed } from "../config/load/fixed_settings.ts";
import { besideRules, type LoadedRules } from "../config/load/load_rules.ts";
import { ReadFiles } from "../config/load/read_files.ts";
import type { NextRules } from "./rules_loader.ts";
import { type TargetChanges, targetChanges } from "./targets.ts";

/** Why rules were loaded: a file changed, SIGHUP came, or an operator asked for it. */
export type ReloadCause = "file" | "signal" | "request";

/** What became of loading the rules file again. */
export interface ReloadReport {
  readonly cause: ReloadCause;
  /** When it was over, epoch milliseconds. */
  readonly at: number;
  /** How long it took, milliseconds. */
  readonly duration: number;
  /** refused: the rules in force stay. */
  readonly result: "replaced" | "refused";
  /** The number of the rules in force: 1 for those of the start, one more for each replacement. */
  readonly generation: number;
  /** Why it was refused, a line each. */
  readonly problems: readonly string[];
  /** The same as data, of those that have a place in a file. */
  readonly places: readonly Problem[];
  /** What is allowed but probably not meant, a line each. */
  readonly warnings: readonly string[];
  /** What changes with a restart alone, a line each. */
  readonly waiting: readonly string[];
  /** Counters that start from nothing, because their windows changed. */
  readonly restartedCounters: readonly string[];
  readonly targets: TargetChanges;
}

/** How it stands with the rules, for metrics and for the health of the router. */
export interface ReloadState {
  readonly generation: number;
  /** When the rules in force were loaded, epoch milliseconds. */
  readonly since: number;
  /** The latest reload, whatever became of it; undefined where there was none. */
  readonly last: ReloadReport | undefined;
  /** How often there was each result. */
  readonly results: Readonly<Record<ReloadReport["result"], number>>;
}

/** What reloading works with. */
export interface ReloadContext {
  /** Loads the rules file. */
  readonly load: (readFiles: ReadFiles) => Promise<NextRules>;
  /** Lets rules answer from the next request on. */
  readonly replace: (rules: LoadedRules) => void;
  readonly clock: Clock;
  readonly reloaded: (report: ReloadReport) => void;
  readonly watchFailed: FileWatchOptions["failed"];
}

/** How long loading may take, milliseconds: a plugin may wait at its top level for ever. */
const loadWithin = 60_000;

/** The rules file was not loaded in time. */
export class ReloadTimeout extends Error {
  override readonly name = "ReloadTimeout";
}

/** The folder in which a file stands, links resolved, or its own path where it is not there yet. */
function realFolderOf(path: string): string {
  try {
    return Deno.realPathSync(dirname(path));
  } catch {
    return dirname(path);
  }
}

/** Keeps the rules in force those of the rules file. */
export class Reloader implements Disposable {
  readonly #context: ReloadContext;
  readonly #watch: FileWatch;
  #rules: LoadedRules;
  #state: ReloadState;
  /** The reload under way, and the one that follows it for all who asked in the meantime. */
  #running: Promise<ReloadReport> | undefined;
  #following: Promise<ReloadReport> | undefined;
  #closed = false;

  /** Starts with the rules in force; {@link Reloader.watch} begins to watch their files. */
  constructor(rules: LoadedRules, context: ReloadContext) {
    this.#rules = rules;
    this.#context = context;
    const { clock, watchFailed } = context;
    this.#state = {
      generation: 1,
      since: clock.now(),
      last: undefined,
      results: { replaced: 0, refused: 0 },
    };
    this.#watch = new FileWatch({
      clock,
      // the outbox of the rules in force stays where it is until a restart
      unwatched: new Set([realFolderOf(besideRules(rules.file, rules.settings.store.path))]),
      changed: () => void this.reload("file"),
      failed: watchFailed,
    });
  }

  get state(): ReloadState {
    return this.#state;
  }

  /** Loads the rules again whenever one of these files changes. */
  async watch(readFiles: ReadFiles): Promise<void> {
    await this.#watch.follow(readFiles);
  }

  /**
   * Loads the rules file; never rejects. One after the other: who asks while a reload is under way
   * gets one that begins after it, since the file may have changed since it was read.
   */
  reload(cause: ReloadCause): Promise<ReloadReport> {
    if (this.#running === undefined) return this.#begin(cause);
    return this.#following ??= this.#running.then(() => {
      this.#following = undefined;
      return this.#begin(cause);
    });
  }

  /** Reloads nothing any more. */
  [Symbol.dispose](): void {
    this.#closed = true;
    this.#watch[Symbol.dispose]();
  }

  #begin(cause: ReloadCause): Promise<ReloadReport> {
    return this.#running = this.#reload(cause).finally(() => this.#running = undefined);
  }

  async #reload(cause: ReloadCause): Promise<ReloadReport> {
    const { clock, reloaded } = this.#context;
    const began = clock.monotonic();
    const readFiles = new ReadFiles();
    const outcome = await this.#load(readFiles);
    const { generation, since, results } = this.#state;
    const replaced = outcome.result === "replaced";
    const report: ReloadReport = {
      ...outcome,
      cause,
      at: clock.now(),
      duration: clock.monotonic() - began,
      generation: replaced ? generation + 1 : generation,
    };
    this.#state = {
      generation: report.generation,
      since: replaced ? report.at : since,
      last: report,
      results: { ...results, [report.result]: results[report.result] + 1 },
    };
    reloaded(report);
    if (!this.#closed) await this.#watch.follow(readFiles);
    return report;
  }

  async #load(readFiles: ReadFiles): Promise<Outcome> {
    const stopping = "the router is stopping";
    if (this.#closed) return refused([stopping]);
    try {
      const next = await this.#inTime(this.#context.load(readFiles));
      return this.#closed ? refused([stopping]) : this.#replace(next);
    } catch (error) {
      return refused(problemsOf(error), error instanceof ConfigError ? error.problems : []);
    }
  }

  #replace({ rules, adopt }: NextRules): Outcome {
    const before = this.#rules.settings;
    const { settings, waiting } = keepFixed(before, rules.settings);
    const kept = { ...rules, settings };
    this.#context.replace(kept);
    this.#rules = kept;
    const restartedCounters = adopt();
    return {
      result: "replaced",
      problems: [],
      places: [],
      warnings: rules.warnings.map(describeProblem),
      waiting: waiting.map(({ path, message }) => describeProblem(rules.problemAt(path, message))),
      restartedCounters,
      targets: targetChanges(before, settings),
    };
  }

  async #inTime<Value>(loading: Promise<Value>): Promise<Value> {
    const late = Promise.withResolvers<never>();
    const cancel = this.#context.clock.after(loadWithin, () => {
      const message = `not loaded within ${loadWithin} ms; a plugin file may wait at its top level`;
      late.reject(new ReloadTimeout(message));
    });
    try {
      return await Promise.race([loading, late.promise]);
    } finally {
      cancel();
    }
  }
}

type Outcome = Omit<ReloadReport, "cause" | "at" | "duration" | "generation">;

function refused(problems: readonly string[], places: readonly Problem[] = []): Outcome {
  return {
    result: "refused",
    problems,
    places,
    warnings: [],
    waiting: [],
    restartedCounters: [],
    targets: { added: [], changed: [], removed: [] },
  };
}

/** Whatever loading throws, the router goes on: a rule's or a plugin's own fault as well. */
function problemsOf(error: unknown): readonly string[] {
  if (error instanceof ConfigError) return error.problems.map(describeProblem);
  return [error instanceof Error ? `${error.name}: ${error.message}` : String(error)];
}
