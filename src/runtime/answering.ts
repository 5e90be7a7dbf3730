import { systemClock } from "../chain/clock.ts";
import type { Deliveries } from "../chain/deliveries.ts";
import type { RuleLog } from "../chain/rule.ts";
import type { LoadedRules } from "../config/load/load_rules.ts";
import type { Door } from "../http/auth/caller_auth.ts";
import {
  type CallbackHandler,
  type CallbackHandlerContext,
  createCallbackHandler,
} from "../http/callback_handler.ts";
import { watchedByAll } from "../observe/callback_watchers.ts";
import type { RouterEvents } from "../observe/events.ts";
import { VersionWatch } from "../openim/version_watch.ts";
import { StartedPlugins } from "../plugins/started_plugins.ts";
import { bytes } from "../values/byte_size.ts";
import { ChainsInForce } from "./chains_in_force.ts";
import type { RouterOperator } from "./operator.ts";
import type { Tracing } from "./tracing.ts";

/** What answering needs, whatever the rules. */
export interface AnsweringContext {
  readonly door: Door;
  readonly deliveries: Deliveries;
  readonly operator: RouterOperator;
  readonly tracing: Tracing;
  readonly events: RouterEvents;
  /** Takes the lines of plugins. */
  readonly log: RuleLog;
}

/** Answers callbacks by the rules in force, which others may replace. */
export class Answering {
  readonly #context: AnsweringContext;
  /** What stays the same for all rules. */
  readonly #shared: Omit<CallbackHandlerContext, "routing" | "underWay" | "inFlightLimit">;
  readonly #plugins: StartedPlugins;
  #rules: LoadedRules;
  #inForce: ChainsInForce;
  #answer: CallbackHandler;

  constructor(rules: LoadedRules, context: AnsweringContext) {
    const { door, deliveries, operator, tracing, events, log } = context;
    this.#context = context;
    this.#shared = {
      ...{ door, deliveries, events, clock: systemClock, inFlight: { count: 0 } },
      newOperationID: () => crypto.randomUUID(),
      watcher: watchedByAll([operator.watcher, tracing]),
      traceOf: tracing.traceOf,
    };
    this.#plugins = new StartedPlugins({ log, failed: events.pluginFailed });
    this.#rules = rules;
    this.#inForce = new ChainsInForce(rules.chains, events.notDisposed);
    this.#answer = this.#handlerOf(rules);
  }

  /** Answers a request by the rules that are in force when it comes. */
  readonly answer: CallbackHandler = (request, connection) => this.#answer(request, connection);

  /** Starts the plugins that have something to start. */
  startPlugins(): void {
    this.#plugins.follow(this.#rules.registry.plugins);
  }

  /** Other rules answer from the next request on; the requests under way end with their own. */
  replace(next: LoadedRules): void {
    const before = this.#inForce;
    this.#rules = next;
    this.#inForce = new ChainsInForce(next.chains, this.#context.events.notDisposed);
    this.#answer = this.#handlerOf(next);
    before.replaced(this.#plugins.follow(next.registry.plugins));
  }

  /** Ends the plugins. */
  close(): void {
    this.#plugins.close();
  }

  #handlerOf({ registry, chains, settings: { server, openim } }: LoadedRules): CallbackHandler {
    return createCallbackHandler({
      ...this.#shared,
      routing: {
        registry,
        chains,
        nextCode: server.nextCode,
        unproven: server.unproven,
        bodyLimit: bytes(server.bodyLimit),
        version: openim.version,
      },
      underWay: this.#inForce,
      inFlightLimit: server.limits.inFlight,
      versionWatch: this.#versionWatch(openim.version),
    });
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
