import { loadContext, startRouter } from "../app.ts";
import { describeProblem } from "../config/config_error.ts";
import { loadRules } from "../config/load_rules.ts";
import type { RuleServices } from "../chain/rule.ts";
import { type Loggers, startLogging } from "../observe/logging.ts";

/** How to serve. */
export interface ServeOptions {
  /** The rules file. */
  readonly rules: string;
  /** Lines for people, whatever the rules file says. */
  readonly pretty: boolean;
}

/**
 * Serves until SIGTERM or SIGINT, then ends what is in flight.
 *
 * @throws {ConfigError} for a bad rules file; whatever keeps the router from starting.
 */
export async function serve({ rules: file, pretty }: ServeOptions): Promise<void> {
  // the rules are compiled before the log that they write to is set up as they say
  const current: { loggers?: Loggers } = {};
  const log: RuleServices["log"] = (level, message, properties) =>
    current.loggers?.rule(level, message, properties);
  const rules = await loadRules(file, loadContext(log));
  const { level, format } = rules.settings.log;
  const loggers = await startLogging(
    { level, format: pretty ? "pretty" : format },
    Deno.stderr,
  );
  current.loggers = loggers;
  try {
    for (const warning of rules.warnings) loggers.router.warning(describeProblem(warning));
    const router = await startRouter(rules, loggers);
    const { hostname, port } = router.address;
    loggers.router.info("listening", { hostname, port, rules: file, pid: Deno.pid });
    const signal = await nextSignal();
    loggers.router.info("stopping", { signal });
    void nextSignal().then(endAtOnce);
    const remaining = await router.stop();
    loggers.router.info("stopped", { remaining });
  } finally {
    await loggers.close();
  }
}

/** Someone who asks twice does not want to wait; the outbox keeps what was not delivered. */
function endAtOnce(): never {
  Deno.exit(1);
}

function nextSignal(): Promise<Deno.Signal> {
  const { promise, resolve } = Promise.withResolvers<Deno.Signal>();
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    Deno.addSignalListener(signal, () => resolve(signal));
  }
  return promise;
}
