/**
 * The one place where everything is wired.
 *
 * @module
 */
import { systemClock } from "../chain/clock.ts";
import type { LoadedRules } from "../config/load/load_rules.ts";
import type { OutboxCount } from "../delivery/outbox.ts";
import type { Loggers } from "../observe/logging.ts";
import { milliseconds } from "../values/duration.ts";
import { openCallbackListener } from "./callback_listener.ts";
import { openRouter } from "./open_router.ts";
import { noOperator, Operator, type OperatorHost } from "./operator.ts";

/**
 * How long open connections may still bring requests when the router stops, milliseconds: a caller
 * such as OpenIM, which is written in Go, does not repeat a POST that meets a closed connection.
 */
const lastRequestsWithin = 700;

/** A listener that nobody knows of yet has nothing to wait for. */
const noRequests = { lastRequests: 0, within: 0 };

/** What the process offers to the router. */
export interface RouterHost extends OperatorHost {
  /** The most connections of callers that its open files are enough for. */
  readonly mostConnections: number;
}

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
  host: RouterHost,
): Promise<RunningRouter> {
  let rules = first;
  await using opened = new AsyncDisposableStack();
  const operator = rules.settings.operator.enabled ? new Operator(rules, loggers) : noOperator;
  opened.defer(() => operator.close());
  const router = await openRouter(rules, loggers, operator);
  opened.defer(() => router.abandon());
  const { app, auth, events } = router;
  const { mostConnections } = host;
  const context = { app, auth, clock: systemClock, events, mostConnections };
  const listener = await openCallbackListener(rules, context);
  opened.defer(() => listener.close(noRequests));
  operator.running();
  // last, so that a script that waits for its port finds callbacks answered
  await operator.listen(rules.settings.operator, host);
  opened.move();
  // only now: a router that does not start must not send deliveries from before
  router.start();
  return {
    address: listener.address,
    operatorAddress: operator.address,
    replace(next) {
      rules = next;
      router.replace(next);
      operator.applied(next);
    },
    refused: () => operator.refused(),
    async stop() {
      operator.stopping();
      const within = milliseconds(rules.settings.server.stopWithin);
      const remaining = await router.stop(() =>
        listener.close({ lastRequests: lastRequestsWithin, within })
      );
      await operator.close();
      return remaining;
    },
  };
}
