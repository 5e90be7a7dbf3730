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
import type { RulesFile } from "./config/rules_file.ts";
import { DeliveryThread } from "./delivery/delivery_thread.ts";
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

const deliveryWorker = new URL("./delivery_worker.ts", import.meta.url);

/** How rules files are loaded for real: with the process's environment and real counters. */
export function loadContext(
  log: RuleServices["log"],
  replace: Partial<RuleServices> = {},
): LoadContext {
  return {
    environment: (name) => Deno.env.get(name),
    definitions: ruleDefinitions,
    builtinPlugins,
    services: (settings: RulesFile): RuleServices => ({
      counters: new MemoryCounters(settings.counters.maxKeys),
      poster: createPoster(targetsOf(settings)),
      log,
      clock: systemClock,
      newID: () => crypto.randomUUID(),
      ...replace,
    }),
  };
}

/** What keeps a router from starting whose rules are in order, and the setting to change. */
export class StartError extends Error {
  override readonly name = "StartError";
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
 * @throws {StartError} when there is no folder for the outbox, or the address cannot be listened on;
 * {@link DeliveryThreadError} when the outbox cannot be opened.
 */
export async function startRouter(rules: LoadedRules, loggers: Loggers): Promise<RunningRouter> {
  const { settings } = rules;
  const events = describeEvents(loggers);
  const path = besideRules(rules.file, settings.store.path);
  await makeFolder(dirname(path));
  const { thread, counts } = await DeliveryThread.start(deliveryWorker, {
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
    deliveries: new GroupCommit((deliveries) => thread.append(deliveries)),
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
        return await thread.stop(within);
      },
    };
  } catch (error) {
    await thread.stop(0);
    throw new StartError(cannotListen(settings.server.listen, error as Error), { cause: error });
  }
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await Deno.mkdir(folder, { recursive: true });
  } catch (cause) {
    const reason = (cause as Error).message;
    throw new StartError(
      `the outbox's folder ${folder} cannot be made: ${reason}; change "store.path"`,
      { cause },
    );
  }
}

function cannotListen(address: string, error: Error): string {
  return error instanceof Deno.errors.AddrInUse
    ? `the address ${address} is in use: stop what listens there, or change "server.listen"`
    : `cannot listen on ${address}: ${error.message}; change "server.listen"`;
}
