import { startRouter } from "../runtime/start_router.ts";
import { systemClock } from "../chain/clock.ts";
import { describeProblem } from "../config/source/config_error.ts";
import type { LoadedRules } from "../config/load/load_rules.ts";
import { ReadFiles } from "../config/load/read_files.ts";
import type { RuleServices } from "../chain/rule.ts";
import { startServerLog } from "../runtime/server_log.ts";
import { freeFiles } from "../runtime/file_limit.ts";
import type { Loggers } from "../observe/logging.ts";
import type { OperatorHost } from "../runtime/operator.ts";
import { Reloader } from "../runtime/reloader.ts";
import { describeReloads } from "../runtime/reload_log.ts";
import { RulesLoader } from "../runtime/rules_loader.ts";
import { checkStart, everyProblem } from "../runtime/start_problems.ts";
import { stackOf } from "../values/thrown.ts";

/** How to serve. */
export interface ServeOptions {
  /** The rules file. */
  readonly rules: string;
  /** Lines for people, whatever the rules file says. */
  readonly pretty: boolean;
}

/**
 * Serves until SIGTERM or SIGINT, then ends what is in flight. Loads the rules file again when it
 * changes, and on SIGHUP.
 *
 * @throws {RefusedStart} with everything that keeps the router from starting, of the rules file and
 * of what it names; {@link ConfigError} for a rules file that cannot be read.
 */
export async function serve({ rules: file, pretty }: ServeOptions): Promise<void> {
  const hangups = new Hangups();
  // the rules are compiled before the log that they write to is set up as they say
  let log: RuleServices["log"] = () => {};
  const loader = new RulesLoader(file, (...line) => log(...line));
  const readFiles = new ReadFiles();
  const first = await everyProblemOf(() => loader.load(readFiles));
  const { rules } = first;
  await checkStart(rules);
  first.adopt();
  const files = fileLimit(rules);
  const serverLog = await everyProblemOf(() => startServerLog(rules, { pretty }), rules);
  const { loggers } = serverLog;
  log = loggers.rule;
  try {
    for (const problem of rules.warnings) {
      loggers.router.warning("rules file warning", { warning: describeProblem(problem) });
    }
    if (files.free < files.needed) {
      loggers.router.warning("the process may open fewer files than connections need", files);
    }
    let reload: OperatorHost["reload"] = notNow;
    const router = await everyProblemOf(
      () => startRouter(rules, loggers, { reload: () => reload(), mostConnections: files.most }),
      rules,
    );
    const { hostname, port } = router.address;
    const operator = router.operatorAddress;
    loggers.router.info("listening", {
      hostname,
      port,
      rules: file,
      pid: Deno.pid,
      ...operator !== undefined && { operator: `${operator.hostname}:${operator.port}` },
    });
    surviveFloatingErrors(loggers);
    const described = describeReloads(loggers);
    const reloader = new Reloader(rules, {
      load: (files) => loader.load(files),
      replace(next) {
        serverLog.follow(next);
        router.replace(next);
      },
      clock: systemClock,
      ...described,
      reloaded(report) {
        described.reloaded(report);
        if (!report.applied) router.refused();
      },
    });
    void reloader.watch(readFiles);
    reload = () => reloader.reload("request");
    hangups.become(() => {
      serverLog.reopen();
      void reloader.reload("signal");
    });
    const signal = await nextSignal();
    hangups.become(() => serverLog.reopen());
    reload = notNow;
    reloader[Symbol.dispose]();
    loggers.router.info("stopping", { signal });
    endWhenAskedAgain(systemClock.monotonic());
    const remaining = await router.stop();
    loggers.router.info("stopped", { remaining });
  } finally {
    await loggers.close();
  }
  // callbacks that were left would keep the process
  Deno.exit(0);
}

/**
 * SIGHUP, heard from the start: without a listener it would end the process. A signal that comes
 * before anything can be done about it is not forgotten.
 */
class Hangups {
  #missed = false;
  #heard: () => void = () => {
    this.#missed = true;
  };

  constructor() {
    Deno.addSignalListener("SIGHUP", () => this.#heard());
  }

  /** What a signal does from now on. */
  become(heard: () => void): void {
    this.#heard = heard;
    if (this.#missed) heard();
    this.#missed = false;
  }
}

/** The rules file cannot be read again while the router is starting or stopping. */
const notNow = () => Promise.resolve(undefined);

/**
 * The result of a step of the start.
 *
 * @throws {RefusedStart} with everything that keeps the router from starting, if the step fails for
 * one such thing.
 */
async function everyProblemOf<Value>(
  step: () => Value | Promise<Value>,
  rules?: LoadedRules,
): Promise<Value> {
  try {
    return await step();
  } catch (error) {
    throw await everyProblem(error, rules);
  }
}

/** What needs open files beside callers: the operator's connections, deliveries, the outbox, logs. */
const otherFiles = 400;

function fileLimit({ file, settings: { server: { limits: { connections } } } }: LoadedRules) {
  const needed = connections + otherFiles;
  const free = freeFiles(file, needed);
  return { connections, needed, free, most: Math.max(free - otherFiles, Math.ceil(free / 2)) };
}

const stopSignals = ["SIGTERM", "SIGINT"] as const;

function nextSignal(): Promise<Deno.Signal> {
  const { promise, resolve } = Promise.withResolvers<Deno.Signal>();
  for (const signal of stopSignals) Deno.addSignalListener(signal, () => resolve(signal));
  return promise;
}

/**
 * How long after the first a signal is the same one, milliseconds: a task runner hands on what the
 * terminal or systemd has sent to the whole process group already.
 */
const sameSignal = 1000;

/** Someone who asks twice does not want to wait; the outbox keeps what was not delivered. */
function endWhenAskedAgain(asked: number): void {
  for (const signal of stopSignals) {
    Deno.addSignalListener(signal, () => {
      if (systemClock.monotonic() - asked > sameSignal) Deno.exit(1);
    });
  }
}

/**
 * Keeps the router up if something fails that nobody waits for, such as a promise that a plugin does
 * not await: its callback is answered, and the chat of everyone else must not stop.
 */
function surviveFloatingErrors({ router }: Loggers): void {
  const report = (cause: unknown) =>
    router.error("an error that nobody waited for; look for a promise without await", {
      error: stackOf(cause),
    });
  globalThis.addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    report(event.reason);
  });
  globalThis.addEventListener("error", (event) => {
    event.preventDefault();
    report(event.error);
  });
}
