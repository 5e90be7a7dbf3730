import type { Hono } from "hono";
import type { RuleServices } from "../chain/rule.ts";
import { ReadFiles } from "../config/load/read_files.ts";
import type { OutboxCount } from "../delivery/outbox.ts";
import type { CallbackEnv } from "../http/callback_env.ts";
import type { Loggers } from "../observe/logging.ts";
import { noOperator } from "./operator.ts";
import { openRouter } from "./open_router.ts";
import { RulesLoader } from "./rules_loader.ts";
import { startServerLog } from "./server_log.ts";

/** The router as a part of another Hono application. */
export interface RouterApp {
  /** Answers callbacks: `own.route("/openim", router.app)`. */
  readonly app: Hono<CallbackEnv>;
  /** Stops delivering; call it when the last callback is answered. Returns what waits in the outbox. */
  stop(): Promise<readonly OutboxCount[]>;
}

/**
 * Opens the router that a rules file describes, without a listener: answers come from the app that
 * is returned. The outbox, the deliveries and the log are as the rules file says. `server.listen`,
 * `server.tls`, the limits of connections and the operator's listener are not used, and a changed
 * rules file is read at the next start.
 *
 * @example
 * ```ts
 * const router = await createRouterApp("rules.json");
 * const own = new Hono().route("/openim", router.app);
 * ```
 * @throws {ConfigError} with every problem of the rules file; {@link StartError} if the outbox cannot
 * be opened.
 */
export async function createRouterApp(file: string): Promise<RouterApp> {
  const started: { loggers?: Loggers } = {};
  const log: RuleServices["log"] = (level, message, properties) =>
    started.loggers?.rule(level, message, properties);
  const { rules, adopt } = await new RulesLoader(file, log).load(new ReadFiles());
  adopt();
  const { loggers } = startServerLog(rules, { pretty: false });
  started.loggers = loggers;
  const router = await openRouter(rules, loggers, noOperator).catch(async (error) => {
    await loggers.close();
    throw error;
  });
  router.start();
  return {
    app: router.app,
    async stop() {
      try {
        return await router.stop(() => Promise.resolve());
      } finally {
        await loggers.close();
      }
    },
  };
}
