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
import { DeliveryThreads } from "./delivery/delivery_threads.ts";
import { GroupCommit } from "./delivery/group_commit.ts";
import type { OutboxCount } from "./delivery/outbox.ts";
import { createPoster } from "./delivery/poster.ts";
import { milliseconds } from "./duration.ts";
import { createCallbackApp } from "./http/callback_app.ts";
import { describeEvents } from "./observe/events.ts";
import type { Loggers } from "./observe/logging.ts";
import { ruleDefinitions } from "./rules/list.ts";
import { MemoryCounters } from "./stores/memory_counters.ts";

/** The folder with the router's own plugins. */
export const builtinPlugins = fromFileUrl(new URL("../plugins", import.meta.url));

/** How much later than its time a chain's budget may end, milliseconds. */
const budgetGrain = 20;

const deliveryModules = {
  outbox: new URL("./outbox_worker.ts", import.meta.url),
  courier: new URL("./courier_worker.ts", import.meta.url),
};

/** How rules files are loaded for real: with the process's environment and real counters. */
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
  /** Stops taking callbacks, ends what is in flight and the courier; returns what remains. */
  stop(): Promise<readonly OutboxCount[]>;
}

/**
 * Opens the outbox, starts the courier and listens.
 *
 * @throws when the outbox cannot be opened or the address is taken.
 */
export async function startRouter(rules: LoadedRules, loggers: Loggers): Promise<RunningRouter> {
  const { settings } = rules;
  const events = describeEvents(loggers);
  const path = besideRules(rules.file, settings.store.path);
  await Deno.mkdir(dirname(path), { recursive: true });
  const { threads, counts } = await DeliveryThreads.start(deliveryModules, {
    path,
    durability: settings.store.durability,
    targets: targetsOf(settings),
    reportDelivered: settings.log.level === "debug",
  }, events);
  for (const count of counts) {
    const known = Object.hasOwn(settings.targets, count.target);
    events.waiting(count, { known });
  }

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
  });
  const within = milliseconds(settings.server.stopWithin);
  const abort = new AbortController();
  try {
    const server = Deno.serve({
      ...splitAddress(settings.server.listen),
      signal: abort.signal,
      onListen() {},
    }, (request) => app.fetch(request));
    return {
      address: server.addr,
      async stop() {
        const cancel = systemClock.after(within, () => abort.abort());
        await server.shutdown();
        cancel();
        return await threads.stop(within);
      },
    };
  } catch (error) {
    await threads.stop(0);
    throw error;
  }
}
