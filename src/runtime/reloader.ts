/**
 * Changes without a restart: the rules file is loaded again when it changes or someone asks for it,
 * and takes the place of the one in force, or leaves it as it is.
 *
 * @module
 */
import { dirname } from "@std/path";
import type { Clock } from "../chain/clock.ts";
import { ConfigError, describeProblem } from "../config/source/config_error.ts";
import { FileWatch, type FileWatchOptions } from "../config/load/file_watch.ts";
import { keepFixed } from "../config/load/fixed_settings.ts";
import { besideRules, type LoadedRules } from "../config/load/load_rules.ts";
import { ReadFiles } from "../config/load/read_files.ts";
import type { ReloadProblem, ReloadReport } from "../operator/api/operator_context.ts";
import { deadline } from "../values/deadline.ts";
import { namedMessageOf } from "../values/thrown.ts";
import type { NextRules } from "./rules_loader.ts";
import { targetChanges } from "./targets.ts";

/** Why rules were loaded: a file changed, SIGHUP came, or an operator asked for it. */
export type ReloadCause = "file" | "signal" | "request";

/** What became of loading the rules file again. */
export interface Reload extends ReloadReport {
  readonly cause: ReloadCause;
  /** How long it took, milliseconds. */
  readonly duration: number;
}

/** What reloading works with. */
export interface ReloadContext {
  /** Loads the rules file. */
  readonly load: (readFiles: ReadFiles) => Promise<NextRules>;
  /** Lets rules answer from the next request on. */
  readonly replace: (rules: LoadedRules) => void;
  readonly clock: Clock;
  readonly reloaded: (reload: Reload) => void;
  readonly watchFailed: FileWatchOptions["failed"];
}

/** How long loading may take, milliseconds: a plugin may wait at its top level for ever. */
const loadWithin = 60_000;

/** The folder in which a file stands, links resolved, or its own path if it is not there yet. */
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
  #generation = 1;
  /** The reload under way, and the one that follows it for all who asked in the meantime. */
  #running: Promise<Reload> | undefined;
  #following: Promise<Reload> | undefined;
  #closed = false;

  /** Starts with the rules in force; {@link Reloader.watch} begins to watch their files. */
  constructor(rules: LoadedRules, context: ReloadContext) {
    this.#rules = rules;
    this.#context = context;
    const { clock, watchFailed } = context;
    this.#watch = new FileWatch({
      clock,
      // the outbox of the rules in force stays where it is until a restart
      unwatched: new Set([realFolderOf(besideRules(rules.file, rules.settings.store.path))]),
      changed: () => void this.reload("file"),
      failed: watchFailed,
    });
  }

  /** Loads the rules again whenever one of these files changes. */
  async watch(readFiles: ReadFiles): Promise<void> {
    await this.#watch.follow(readFiles);
  }

  /**
   * Loads the rules file; never rejects. One after the other: who asks while a reload is under way
   * gets one that begins after it, since the file may have changed since it was read.
   */
  reload(cause: ReloadCause): Promise<Reload> {
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

  #begin(cause: ReloadCause): Promise<Reload> {
    return this.#running = this.#reload(cause).finally(() => this.#running = undefined);
  }

  async #reload(cause: ReloadCause): Promise<Reload> {
    const { clock, reloaded } = this.#context;
    const began = clock.monotonic();
    const readFiles = new ReadFiles();
    const outcome = await this.#load(readFiles);
    if (outcome.applied) this.#generation++;
    const reload = {
      ...outcome,
      cause,
      duration: clock.monotonic() - began,
      generation: this.#generation,
    };
    reloaded(reload);
    if (!this.#closed) await this.#watch.follow(readFiles);
    return reload;
  }

  async #load(readFiles: ReadFiles): Promise<Outcome> {
    if (this.#closed) return refused(stopping);
    try {
      const next = await deadline(this.#context.load(readFiles), {
        within: loadWithin,
        message: `not loaded within ${loadWithin} ms; a plugin file may wait at its top level`,
        clock: this.#context.clock,
      });
      return this.#closed ? refused(stopping) : this.#replace(next);
    } catch (error) {
      return refused(problemsOf(error));
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
      applied: true,
      problems: [],
      warnings: rules.warnings.map(describeProblem),
      waiting: waiting.map(({ path, message }) => describeProblem(rules.problemAt(path, message))),
      restartedCounters,
      targets: targetChanges(before, settings),
    };
  }
}

type Outcome = Omit<Reload, "cause" | "duration" | "generation">;

const stopping: readonly ReloadProblem[] = [{ text: "the router is stopping" }];

function refused(problems: readonly ReloadProblem[]): Outcome {
  return {
    applied: false,
    problems,
    warnings: [],
    waiting: [],
    restartedCounters: [],
    targets: { added: [], changed: [], removed: [] },
  };
}

/** Whatever loading throws, such as a rule's or a plugin's own fault, the router goes on. */
function problemsOf(error: unknown): readonly ReloadProblem[] {
  return error instanceof ConfigError
    ? error.problems.map((place) => ({ text: describeProblem(place), place }))
    : [{ text: namedMessageOf(error) }];
}
