/**
 * The one place where everything is wired.
 *
 * @module
 */
import { systemClock } from "../chain/clock.ts";
import type { NewDelivery } from "../chain/deliveries.ts";
import { besideRules, type LoadedRules } from "../config/load/load_rules.ts";
import type { DeliveryEvents } from "../delivery/delivery_calls.ts";
import { DeliveryThread } from "../delivery/delivery_thread.ts";
import { GroupCommit } from "../delivery/group_commit.ts";
import type { OutboxCount } from "../delivery/outbox.ts";
import { describeEvents } from "../observe/events.ts";
import type { Loggers } from "../observe/logging.ts";
import { milliseconds } from "../values/duration.ts";
import { Answering } from "./answering.ts";
import { openCallbackListener } from "./callback_listener.ts";
import { doorOf } from "./caller_auth.ts";
import { noOperator, Operator, type OperatorHost } from "./operator.ts";
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

/**
 * How long open connections may still bring requests when the router stops, milliseconds: a caller
 * such as OpenIM, which is written in Go, does not repeat a POST that meets a closed connection.
 */
const lastRequestsWithin = 700;

/** A listener that nobody knows of yet has nothing to wait for. */
const noRequests = { lastRequests: 0, within: 0 };

const deliveryModule = new URL("./delivery_worker.ts", import.meta.url);

/** A router that serves. */
export interface RunningRouter {
  /** Where it listens; the port is a real one. */
  readonly address: Deno.NetAddr;
  /** Where the operator is answered; undefined if that is off. */
  readonly operatorAddress: Deno.NetAddr | undefined;
  /** Lets other rules answer, from the next request on; those under way end with their own. */
  replace(rules: LoadedRules): void;
  /** Lets the operator know that a changed rules file was refused. */
  refused(): void;
  /**
   * Accepts no callbacks any more, answers those in flight, and stops delivering; returns what
   * remains in the outbox. A callback that is not answered within the time of the rules file is
   * left: the caller ends the process.
   */
  stop(): Promise<readonly OutboxCount[]>;
}

/**
 * Opens the outbox, listens, and begins to deliver.
 *
 * @throws {StartError} if the outbox cannot be opened or the address cannot be listened on.
 */
export async function startRouter(
  first: LoadedRules,
  loggers: Loggers,
  host: OperatorHost,
): Promise<RunningRouter> {
  let rules = first;
  await using opened = new AsyncDisposableStack();
  const operator = rules.settings.operator.enabled ? new Operator(rules, loggers) : noOperator;
  opened.defer(() => operator.close());
  const door = await doorOf(rules);
  const tracing = openTracing({ door, mask: (text) => maskOf(rules)(text) });
  const events = tracing.reporting(operator.counting(describeEvents(loggers)));
  const { thread, counts } = await startDelivery(rules, events);
  opened.defer(async () => void await thread.stop(0));
  operator.opened(thread);
  const deliveries = new GroupCommit<NewDelivery>((deliveries) => thread.append(deliveries));
  const context = { door, deliveries, operator, tracing, events, log: loggers.rule };
  const answering = new Answering(rules, context);
  const listener = await openCallbackListener(rules, {
    app: answering.app,
    ...{ door, clock: systemClock, events },
  });
  opened.defer(() => listener.close(noRequests));
  operator.running();
  // last, so that a script that waits for its port finds callbacks answered
  await operator.listen(rules.settings.operator, host);
  opened.move();
  // only now: a router that does not start must not send deliveries from before
  for (const count of counts) {
    events.waiting(count, { known: Object.hasOwn(rules.settings.targets, count.target) });
  }
  thread.deliver();
  answering.startPlugins();
  return {
    address: listener.address,
    operatorAddress: operator.address,
    replace(next) {
      rules = next;
      answering.replace(next);
      thread.retarget(deliverySettings(next));
      operator.applied(next);
    },
    refused: () => operator.refused(),
    async stop() {
      operator.stopping();
      const within = milliseconds(rules.settings.server.stopWithin);
      const delivering = thread.stopDelivering(Math.min(within, attemptsEndWithin));
      await listener.close({ lastRequests: lastRequestsWithin, within });
      answering.close();
      await delivering;
      const remaining = await thread.close();
      await operator.close();
      return remaining;
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
