import type { NewDelivery } from "../chain/deliveries.ts";
import { besideRules, type LoadedRules } from "../config/load/load_rules.ts";
import type { DeliveryEvents } from "../delivery/delivery_calls.ts";
import { DeliveryThread } from "../delivery/delivery_thread.ts";
import { GroupCommit } from "../delivery/group_commit.ts";
import type { OutboxCount } from "../delivery/outbox.ts";
import type { CallerAuth } from "../http/auth/caller_auth.ts";
import { describeEvents, type RouterEvents } from "../observe/events.ts";
import type { Loggers } from "../observe/logging.ts";
import { milliseconds } from "../values/duration.ts";
import { Answering } from "./answering.ts";
import { callerAuthOf } from "./configured_auth.ts";
import type { RouterOperator } from "./operator.ts";
import { retentionOf } from "./retention.ts";
import { maskOf } from "./secrets_mask.ts";
import { storeError } from "./start_error.ts";
import { targetsOf } from "./targets.ts";
import { openTracing } from "./tracing.ts";

/**
 * How long a stop waits for attempts at deliveries, milliseconds. It is short: the outbox keeps what
 * is broken off, and OpenIM is refused until the next router listens.
 */
const attemptsEndWithin = 2000;

const deliveryModule = new URL("./delivery_worker.ts", import.meta.url);

/** A router without a listener: it answers what its app is asked, and stores and delivers. */
export interface OpenRouter {
  readonly app: Answering["app"];
  readonly auth: CallerAuth;
  readonly events: RouterEvents;
  /** Begins to deliver, and starts the plugins. */
  start(): void;
  /** Lets other rules answer, from the next request on. */
  replace(rules: LoadedRules): void;
  /**
   * Stops delivering, waits until callbacks are answered, and closes the outbox; returns what
   * remains in it.
   *
   * @param answered resolves when no callback is under way any more.
   */
  stop(answered: () => Promise<void>): Promise<readonly OutboxCount[]>;
  /** Closes a router that was never started. */
  abandon(): Promise<void>;
}

/**
 * Opens the outbox and makes the app.
 *
 * @throws {StartError} if the outbox cannot be opened or a key of the callers cannot be used.
 */
export async function openRouter(
  first: LoadedRules,
  loggers: Loggers,
  operator: RouterOperator,
): Promise<OpenRouter> {
  let rules = first;
  const auth = await callerAuthOf(rules);
  const tracing = openTracing({ auth, mask: (text) => maskOf(rules)(text) });
  const events = tracing.reporting(operator.counting(describeEvents(loggers)));
  const { thread, counts } = await startDelivery(rules, events);
  operator.opened(thread);
  const deliveries = new GroupCommit<NewDelivery>((deliveries) => thread.append(deliveries));
  const context = { auth, deliveries, operator, tracing, events, log: loggers.rule };
  const answering = new Answering(rules, context);
  return {
    app: answering.app,
    auth,
    events,
    start() {
      for (const count of counts) {
        events.waiting(count, { known: Object.hasOwn(rules.settings.targets, count.target) });
      }
      thread.deliver();
      answering.startPlugins();
    },
    replace(next) {
      rules = next;
      answering.replace(next);
      thread.retarget(deliverySettings(next));
    },
    async stop(answered) {
      const within = milliseconds(rules.settings.server.stopWithin);
      const delivering = thread.stopDelivering(Math.min(within, attemptsEndWithin));
      // a thread that ends meanwhile must not end the process before callbacks are answered
      delivering.catch(() => {});
      await answered();
      answering.close();
      await delivering;
      return await thread.close();
    },
    async abandon() {
      await thread.stop(0);
    },
  };
}

function deliverySettings({ settings, file }: LoadedRules) {
  return { targets: targetsOf(settings, file), reportDelivered: settings.log.level === "debug" };
}

async function startDelivery(rules: LoadedRules, events: DeliveryEvents) {
  const { path, durability, keep } = rules.settings.store;
  try {
    return await DeliveryThread.start(deliveryModule, {
      path: besideRules(rules.file, path),
      durability,
      retention: retentionOf(keep),
      ...deliverySettings(rules),
    }, events);
  } catch (error) {
    throw storeError(path, error);
  }
}
