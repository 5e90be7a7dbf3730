/**
 * The wiring of what the operator sees: metrics, readiness, and the listener that shows them.
 *
 * @module
 */
import { systemClock } from "../chain/clock.ts";
import { requestProblems } from "../openim/request_error.ts";
import { splitAddress } from "../config/sections/listen_address.ts";
import type { LoadedRules } from "../config/load/load_rules.ts";
import { maskedRules } from "../config/load/masked_rules.ts";
import { defaultOperatorAddress } from "../config/sections/operator_section.ts";
import type { DeliveryThread } from "../delivery/delivery_thread.ts";
import type { OutboxFigures } from "../delivery/outbox_figures.ts";
import type { TargetStatus } from "../delivery/target_status.ts";
import { milliseconds } from "../values/duration.ts";
import type { CallbackWatcher } from "../http/callback_watch.ts";
import type { ReloadReport, RulesInForce } from "../operator/api/operator_context.ts";
import { createOperatorApp } from "../operator/operator_app.ts";
import {
  type HttpServer,
  type HttpServerLimits,
  startHttpServer,
} from "../http/server/http_server.ts";
import { unwatched, watchedByAll } from "../observe/callback_watchers.ts";
import type { RouterEvents } from "../observe/events.ts";
import type { Loggers } from "../observe/logging.ts";
import { Metrics } from "../observe/metrics.ts";
import { polled } from "../observe/polled.ts";
import { ReadinessCheck } from "../observe/readiness.ts";
import { RecentCallbacks } from "../observe/recent_callbacks.ts";
import { maskOf } from "./secrets_mask.ts";
import { maskedDeliveries } from "./masked_deliveries.ts";
import { listenError } from "./start_error.ts";

/** How often the store is asked at most, and how long it may take; milliseconds. */
const polling = { holds: 1000, within: 2000 };

/** How the listener closes: its callers ask again. */
const stop = { lastRequests: 0, within: 1000 };

/**
 * Bounds of the listener. A person, a probe and a Prometheus need few connections and small heads.
 */
const limits: HttpServerLimits = {
  connections: 256,
  connectionsPerCaller: 256,
  headWithin: 5000,
  bodyWithin: 30_000,
  idle: 120_000,
  headSize: 16_384,
};

/** How long the probes report that the store's file was lost, milliseconds. */
const reportedFor = 3_600_000;

/** The thread that the store is asked through. */
type Store = Pick<DeliveryThread, "probe" | "figures" | "targetStatuses" | "resume" | "ask">;

/** What the operator's side asks of those who started the router. */
export interface OperatorHost {
  /** Reads the rules file again; undefined while the router is starting or stopping. */
  readonly reload: () => Promise<ReloadReport | undefined>;
}

/** The operator's side of a running router, which it may do without. */
export type RouterOperator = Pick<Operator, keyof Operator>;

/** A router without an operator's side. */
export const noOperator: RouterOperator = {
  watcher: { watch: () => unwatched },
  address: undefined,
  counting: (events) => events,
  listen: () => Promise.resolve(),
  opened() {},
  running() {},
  applied() {},
  otherVersion() {},
  refused() {},
  stopping() {},
  close: () => Promise.resolve(),
};

/** The operator's side of a running router that has one. */
export class Operator {
  readonly #loggers: Loggers;
  readonly #metrics: Metrics;
  readonly #recent: RecentCallbacks;
  readonly #readiness: ReadinessCheck;
  readonly #outbox: () => Promise<readonly OutboxFigures[]>;
  readonly #targetStatuses: () => Promise<readonly TargetStatus[]>;
  #store: Store | undefined;
  #rules: RulesInForce;
  #mask: (text: string) => string;
  #loaded: LoadedRules;
  #server: HttpServer | undefined;

  constructor(rules: LoadedRules, loggers: Loggers) {
    this.#loggers = loggers;
    this.#loaded = rules;
    this.#rules = inForce(rules);
    this.#outbox = this.#asking((store) => store.figures());
    this.#targetStatuses = this.#asking((store) => store.targetStatuses());
    const probe = this.#asking((store) => store.probe());
    const sources = { store: probe, outbox: this.#outbox, targetStatuses: this.#targetStatuses };
    this.#readiness = new ReadinessCheck(sources, systemClock);
    this.#metrics = new Metrics({
      outbox: this.#outbox,
      targetStatuses: this.#targetStatuses,
      store: probe,
      warnings: () => this.#readiness.warnings(),
      counters: () => this.#rules.counters.figures(),
      oddAnswers: () => {
        const { services, settings } = this.#loaded;
        return Object.keys(settings.targets).map((target) => ({
          target,
          ...services.oddAnswers.counts(target),
        }));
      },
      logLinesDropped: () => loggers.dropped(),
    }, systemClock);
    this.#mask = maskOf(rules);
    this.#recent = new RecentCallbacks({
      ...rules.settings.operator.recent,
      mask: (text) => this.#mask(text),
    });
    this.#metrics.rulesApplied(rules.chains, Object.keys(rules.settings.targets));
  }

  /** Watches every callback. */
  get watcher(): CallbackWatcher {
    return watchedByAll([this.#metrics.chains, this.#recent]);
  }

  /** The address that it listens on; undefined if it does not listen. */
  get address(): Deno.NetAddr | undefined {
    return this.#server?.address;
  }

  /** The same events, counted on their way. */
  counting(events: RouterEvents): RouterEvents {
    const counted = this.#metrics.counting(events);
    return {
      ...counted,
      fileReplaced: (file) => {
        const { reason, deliveries, unread } = file;
        const rest = unread === undefined ? "" : `; the rest could not be read: ${unread}`;
        const text = `${reason} while the router ran: a new file was begun, with the ` +
          `${deliveries} deliveries of the old one${rest}`;
        this.#readiness.warn("lostFile", text, reportedFor);
        counted.fileReplaced(file);
      },
    };
  }

  /**
   * Listens; last of all, so that a script that waits for the port finds callbacks answered. If the
   * default address is taken, such as by a second router of the machine, the router does without.
   *
   * @throws {StartError} if the address that the rules file names cannot be listened on.
   */
  async listen(
    { listen, token }: LoadedRules["settings"]["operator"],
    { reload }: OperatorHost,
  ): Promise<void> {
    const app = createOperatorApp({
      token: token || undefined,
      readiness: () => this.#readiness.check(),
      metrics: () => this.#metrics.exposition(),
      rules: () => this.#rules,
      now: systemClock.now,
      elapsed: systemClock.monotonic,
      outbox: this.#outbox,
      targetStatuses: this.#targetStatuses,
      resume: async (target) => await (this.#store ?? storeNotOpen()).resume(target),
      recent: () => this.#recent.list(),
      deliveries: maskedDeliveries({
        ask: async (question) => await (this.#store ?? storeNotOpen()).ask(question),
        rules: () => this.#loaded,
        mask: (text) => this.#mask(text),
      }),
      reload,
      failed: (error, path) =>
        this.#loggers.router.error("a request of the operator failed", {
          path,
          error: error.stack ?? error.message,
        }),
    });
    const address = listen ?? defaultOperatorAddress;
    try {
      this.#server = await startHttpServer({ ...splitAddress(address), limits }, {
        fetch: (request) => app.fetch(ofDeno(request)),
        refuse: (problem) => ({ status: requestProblems[problem].status, headers: {}, body: "" }),
        isProxy: () => false,
        clock: systemClock,
        events: {
          connectionsEnded: (ended) =>
            this.#loggers.router.warning("connections to the operator's listener ended", {
              ...ended,
            }),
          listensAgain: () =>
            this.#loggers.router.warning("the operator's listener had stopped and listens again"),
          notListening: (error) =>
            this.#loggers.router.warning("the operator's listener cannot listen again", {
              error: error.message,
            }),
          certificateRenewed() {},
          certificateFailed() {},
        },
      });
    } catch (error) {
      const reason = listenError("operator", address, error);
      if (listen !== undefined) throw reason;
      this.#loggers.router.warning("no listener for the operator", { error: reason.message });
    }
  }

  /** The store is open. */
  opened(store: Store): void {
    this.#store = store;
  }

  /** Callbacks are answered from now on. */
  running(): void {
    this.#readiness.running();
  }

  /** Other rules are in force from now on. */
  applied(rules: LoadedRules): void {
    this.#loaded = rules;
    this.#rules = inForce(rules);
    this.#mask = maskOf(rules);
    this.#metrics.rulesApplied(rules.chains, Object.keys(rules.settings.targets));
    this.#metrics.reloaded("applied");
    this.#readiness.warn("rules", undefined);
    this.#readiness.warn("openim", undefined);
  }

  /** Requests came that servers of the version which the rules file names do not send. */
  otherVersion({ named, shown }: { readonly named: string; readonly shown: string }): void {
    this.#readiness.warn(
      "openim",
      `the rules file names OpenIM ${named}, but its requests show ${shown}: correct "openim.version"`,
    );
  }

  /** The rules file was read again and refused. */
  refused(): void {
    this.#metrics.reloaded("refused");
    this.#readiness.warn(
      "rules",
      "the rules file was refused when it was read again, and the former rules are in force: " +
        "the log says what is wrong with it",
    );
  }

  /** No callbacks are accepted any more. */
  stopping(): void {
    this.#readiness.stopping();
  }

  /** Asks the store at most once at a time, and not before it is open. */
  #asking<Value>(ask: (store: Store) => Promise<Value>): () => Promise<Value> {
    const asked = polled(() => ask(this.#store!), polling, systemClock);
    return async () => this.#store === undefined ? storeNotOpen() : await asked();
  }

  /** Ends the listener and the measuring. */
  async close(): Promise<void> {
    this.#metrics.close();
    await this.#server?.close(stop);
  }
}

function storeNotOpen(): never {
  throw new Error("the store is not open");
}

function inForce(rules: LoadedRules): RulesInForce {
  const { file, registry, chains, settings, written, services } = rules;
  const targets = Object.entries(settings.targets).map(([name, target]) => ({
    name,
    url: rules.shownURL(name),
    timeout: milliseconds(target.timeout),
    concurrency: target.concurrency,
  }));
  const masked = maskedRules(settings, written);
  return { file, registry, chains, counters: services.counters, targets, masked };
}

/** The adapter's requests are none of Deno's own, of which alone others can be made. */
function ofDeno(request: Request): Request {
  const { url, method, headers, body } = request;
  return body === null ? request : new Request(url, { method, headers, body });
}
