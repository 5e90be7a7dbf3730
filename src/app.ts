/**
 * The one place where everything is wired.
 *
 * @module
 */
import { dirname, fromFileUrl } from "@std/path";
import { systemClock } from "./chain/clock.ts";
import { coarseClock } from "./chain/coarse_clock.ts";
import type { RuleServices } from "./chain/rule.ts";
import { bytes } from "./config/byte_size.ts";
import { splitAddress } from "./config/listen_address.ts";
import { besideRules, type LoadContext, type LoadedRules } from "./config/load_rules.ts";
import { targetsOf } from "./targets.ts";
import { type DeliveryThreadEvents, DeliveryThreads } from "./delivery/delivery_threads.ts";
import { Operator } from "./operator.ts";
import { listenError, storeError } from "./start_error.ts";
import { GroupCommit } from "./delivery/group_commit.ts";
import type { OutboxCount } from "./delivery/outbox.ts";
import { createPoster } from "./delivery/poster.ts";
import { milliseconds } from "./duration.ts";
import { createCallbackApp } from "./http/callback_app.ts";
import { describeEvents } from "./observe/events.ts";
import type { Loggers } from "./observe/logging.ts";
import { ruleDefinitions } from "./rules/list.ts";
import { MemoryBuckets } from "./stores/memory_buckets.ts";
import { MemoryCounters } from "./stores/memory_counters.ts";
import { MemorySeenKeys } from "./stores/memory_seen_keys.ts";

/** The folder with the router's own plugins. */
export const builtinPlugins = fromFileUrl(new URL("../plugins", import.meta.url));

/** How much later than its time a chain's budget may end, milliseconds. */
const budgetGrain = 20;

const deliveryModules = {
  outbox: new URL("./outbox_worker.ts", import.meta.url),
  courier: new URL("./courier_worker.ts", import.meta.url),
};

/** How rules files are loaded for real: with the process's environment and real state. */
export function loadContext(
  log: RuleServices["log"],
  replace: Partial<RuleServices> = {},
): LoadContext {
  return {
    environment: (name) => Deno.env.get(name),
    definitions: ruleDefinitions,
    builtinPlugins,
    services: (settings) => ({
      counters: new MemoryCounters(settings.counters.maxKeys),
      buckets: new MemoryBuckets(settings.buckets.maxKeys),
      seenKeys: new MemorySeenKeys(settings.seenKeys.maxKeys),
      poster: createPoster(targetsOf(settings)),
      log,
      clock: systemClock,
      newID: () => crypto.randomUUID(),
      ...replace,
    }),
  };
}

/** A router that serves. */
export interface RunningRouter {
  /** Where it listens; the port is a real one. */
  readonly address: Deno.NetAddr;
  /** Where the operator is answered; undefined where that is off. */
  readonly operatorAddress: Deno.NetAddr | undefined;
  /**
   * Stops taking callbacks, ends what is in flight and the courier; returns what remains. What does
   * not end within the time of the rules file is left: the caller ends the process.
   */
  stop(): Promise<readonly OutboxCount[]>;
}

/**
 * Opens the outbox, listens, and begins to deliver.
 *
 * @throws {StartError} when the outbox cannot be opened or the address cannot be listened on.
 */
export async function startRouter(rules: LoadedRules, loggers: Loggers): Promise<RunningRouter> {
  const { settings } = rules;
  const operator = settings.operator.enabled ? new Operator(rules, loggers) : undefined;
  const described = describeEvents(loggers);
  const events = operator?.counting(described) ?? described;
  operator?.listen(settings.operator);
  const { threads, counts } = await startDelivery(rules, events).catch(async (error) => {
    await operator?.close();
    throw error;
  });
  operator?.opened(threads);
  const app = createCallbackApp({
    routing: {
      registry: rules.registry,
      chains: rules.chains,
      nextCode: settings.server.nextCode,
      bodyLimit: bytes(settings.server.bodyLimit),
    },
    deliveries: new GroupCommit((deliveries) => threads.append(deliveries)),
    clock: coarseClock(systemClock, budgetGrain),
    newOperationID: () => crypto.randomUUID(),
    events,
    watcher: operator?.watcher,
  });
  const { listen } = settings.server;
  let server: Deno.HttpServer<Deno.NetAddr>;
  try {
    server = Deno.serve({
      ...splitAddress(listen),
      onListen() {},
    }, (request) => app.fetch(request));
  } catch (error) {
    await threads.stop(0);
    await operator?.close();
    throw listenError("server.listen", listen, error);
  }
  // only now: deliveries from before are not to be sent by a router that does not start
  for (const count of counts) {
    events.waiting(count, { known: Object.hasOwn(settings.targets, count.target) });
  }
  threads.deliver();
  operator?.running();
  const within = milliseconds(settings.server.stopWithin);
  return {
    address: server.addr,
    operatorAddress: operator?.address,
    async stop() {
      operator?.stopping();
      const end = systemClock.monotonic() + within;
      // not an abort: after a shutdown Deno takes it for an error that nobody can catch
      await Promise.race([server.shutdown(), elapsed(within)]);
      const remaining = await threads.stop(Math.max(0, end - systemClock.monotonic()));
      await operator?.close();
      return remaining;
    },
  };
}

function elapsed(milliseconds: number): Promise<void> {
  return new Promise((resolve) => void systemClock.after(milliseconds, resolve));
}

async function startDelivery({ file, settings }: LoadedRules, events: DeliveryThreadEvents) {
  const { path: written, durability } = settings.store;
  const path = besideRules(file, written);
  const { level } = settings.log;
  try {
    await Deno.mkdir(dirname(path), { recursive: true });
    return await DeliveryThreads.start(deliveryModules, {
      path,
      durability,
      targets: targetsOf(settings),
      reportDelivered: level === "debug",
    }, events);
  } catch (error) {
    throw storeError(written, error);
  }
}
