import { startRouter } from "../runtime/start_router.ts";
import { systemClock } from "../chain/clock.ts";
import { describeProblem } from "../config/source/config_error.ts";
import type { LoadedRules } from "../config/load/load_rules.ts";
import { ReadFiles } from "../config/load/read_files.ts";
import type { RuleServices } from "../chain/rule.ts";
import { type ServerLog, startServerLog } from "../runtime/server_log.ts";
import { freeFiles } from "../runtime/file_limit.ts";
import type { Loggers } from "../observe/logging.ts";
import { reloadPage } from "../runtime/operator_reload.ts";
import { Reloader } from "../runtime/reloader.ts";
import { describeReloads } from "../runtime/reload_log.ts";
import { RulesLoader } from "../runtime/rules_loader.ts";
import { checkStart, everyProblem } from "../runtime/start_problems.ts";

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
  // the rules are compiled before the log that they write to is set up as they say
  const current: {
    loggers?: Loggers;
    reloader?: Reloader;
    reloadAsked?: boolean;
    reopenLog?: () => void;
  } = {};
  // from the start: nobody who sends it means to end the process, as it would without a listener
  Deno.addSignalListener("SIGHUP", () => {
    current.reopenLog?.();
    if (current.reloader === undefined) current.reloadAsked = true;
    else void current.reloader.reload("signal");
  });
  const log: RuleServices["log"] = (level, message, properties) =>
    current.loggers?.rule(level, message, properties);
  const loader = new RulesLoader(file, log);
  const readFiles = new ReadFiles();
  const first = await loader.load(readFiles).catch(async (error) => {
    throw await everyProblem(error);
  });
  const { rules } = first;
  await checkStart(rules);
  first.adopt();
  const files = fileLimit(rules);
  const serverLog = await startLog(rules, pretty);
  const { loggers } = serverLog;
  current.loggers = loggers;
  current.reopenLog = serverLog.reopen;
  try {
    for (const problem of rules.warnings) {
      loggers.router.warning("rules file warning", { warning: describeProblem(problem) });
    }
    if (files.free < files.needed) {
      loggers.router.warning("the process may open fewer files than connections need", files);
    }
    const router = await startRouter(rules, loggers, {
      async reload() {
        const report = await current.reloader?.reload("request");
        return report && reloadPage(report);
      },
    }).catch(async (error) => {
      throw await everyProblem(error, rules);
    });
    const { hostname, port } = router.address;
    const operator = router.operatorAddress;
    loggers.router.info("listening", {
      ...{ hostname, port, rules: file, pid: Deno.pid },
      ...operator !== undefined && { operator: `${operator.hostname}:${operator.port}` },
    });
    surviveFloatingErrors(loggers);
    const told = describeReloads(loggers);
    const reloader = new Reloader(rules, {
      load: (files) => loader.load(files),
      replace(next) {
        serverLog.follow(next);
        router.replace(next);
      },
      clock: systemClock,
      ...told,
      reloaded(report) {
        told.reloaded(report);
        if (report.result === "refused") router.refused();
      },
    });
    current.reloader = reloader;
    void reloader.watch(readFiles);
    // during the start, when the plugins may have been read already
    if (current.reloadAsked) void reloader.reload("signal");
    const signal = await nextSignal();
    reloader[Symbol.dispose]();
    delete current.reloader;
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

/** What needs open files beside callers: the operator's connections, deliveries, the outbox, logs. */
const otherFiles = 400;

function fileLimit({ file, settings: { server: { limits: { connections } } } }: LoadedRules) {
  const needed = connections + otherFiles;
  return { connections, needed, free: freeFiles(file, needed) };
}

async function startLog(rules: LoadedRules, pretty: boolean): Promise<ServerLog> {
  try {
    return startServerLog(rules, { pretty });
  } catch (error) {
    throw await everyProblem(error, rules);
  }
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
 * Keeps the router up when something fails that nobody waits for, such as a promise that a plugin's
 * code has let go: its callback is answered, and the chat of everyone else is not to stop.
 */
function surviveFloatingErrors({ router }: Loggers): void {
  const tell = (cause: unknown) =>
    router.error("an error that nobody waited for; look for a promise without await", {
      error: cause instanceof Error ? cause.stack ?? cause.message : String(cause),
    });
  globalThis.addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    tell(event.reason);
  });
  globalThis.addEventListener("error", (event) => {
    event.preventDefault();
    tell(event.error);
  });
}
