import { systemClock } from "../chain/clock.ts";
import type { Deliveries } from "../chain/deliveries.ts";
import type { RuleLog } from "../chain/rule.ts";
import type { LoadedRules } from "../config/load/load_rules.ts";
import type { CallerAuth } from "../http/auth/caller_auth.ts";
import { createCallbackApp } from "../http/callback_app.ts";
import type { AnsweringRules } from "../http/callback_env.ts";
import { watchedByAll } from "../observe/callback_watchers.ts";
import type { RouterEvents } from "../observe/events.ts";
import { createDecoder } from "../openim/decode.ts";
import { VersionWatch } from "../openim/version_watch.ts";
import { StartedPlugins } from "../plugins/started_plugins.ts";
import { bytes } from "../values/byte_size.ts";
import { ChainsInForce } from "./chains_in_force.ts";
import type { RouterOperator } from "./operator.ts";
import type { Tracing } from "./tracing.ts";

/** What answering needs, whatever the rules. */
export interface AnsweringContext {
  readonly auth: CallerAuth;
  readonly deliveries: Deliveries;
  readonly operator: RouterOperator;
  readonly tracing: Tracing;
  readonly events: RouterEvents;
  /** Takes the lines of plugins. */
  readonly log: RuleLog;
}

/** Answers callbacks by the rules in force, which others may replace. */
export class Answering {
  /** The app that OpenIM posts to. */
  readonly app: ReturnType<typeof createCallbackApp>;
  readonly #context: AnsweringContext;
  readonly #plugins: StartedPlugins;
  #rules: LoadedRules;
  #chains: ChainsInForce;
  #answering: AnsweringRules;

  constructor(rules: LoadedRules, context: AnsweringContext) {
    const { auth, deliveries, operator, tracing, events, log } = context;
    this.#context = context;
    this.#plugins = new StartedPlugins({ log, failed: events.pluginFailed });
    this.#rules = rules;
    this.#chains = new ChainsInForce(rules.chains, events.notDisposed);
    this.#answering = this.#answeringBy(rules);
    this.app = createCallbackApp({
      auth,
      deliveries,
      events,
      clock: systemClock,
      inFlight: { count: 0 },
      rules: () => this.#answering,
      newOperationID,
      watcher: watchedByAll([operator.watcher, tracing]),
      traceOf: tracing.traceOf,
    }, tracing.around);
  }

  /** Starts the plugins that have something to start. */
  startPlugins(): void {
    this.#plugins.follow(this.#rules.registry.plugins);
  }

  /** Other rules answer from the next request on; the requests under way end with their own. */
  replace(next: LoadedRules): void {
    const before = this.#chains;
    this.#rules = next;
    this.#chains = new ChainsInForce(next.chains, this.#context.events.notDisposed);
    this.#answering = this.#answeringBy(next);
    before.replaced(this.#plugins.follow(next.registry.plugins));
  }

  /** Ends the plugins, and the rules in force when the last request is answered. */
  close(): void {
    this.#plugins.close();
    this.#chains.replaced(() => {});
  }

  #answeringBy({ registry, chains, settings: { server, openim } }: LoadedRules): AnsweringRules {
    const inForce = this.#chains;
    return {
      registry,
      chains,
      nextCode: server.nextCode,
      unproven: server.unproven,
      decode: createDecoder({
        find: registry.find,
        suggest: registry.suggest,
        newOperationID,
        now: systemClock.now,
        version: openim.version,
      }),
      bodyLimit: bytes(server.bodyLimit),
      inFlightLimit: server.limits.inFlight,
      versionWatch: this.#versionWatch(openim.version),
      begin: () => inForce.begin(),
      end: () => inForce.end(),
    };
  }

  #versionWatch(named: string | undefined): VersionWatch | undefined {
    if (named === undefined) return undefined;
    const { events, operator } = this.#context;
    return new VersionWatch(named, (callback, shown) => {
      events.otherVersion(callback, { named, shown });
      operator.otherVersion({ named, shown });
    });
  }
}

function newOperationID(): string {
  return crypto.randomUUID();
}
