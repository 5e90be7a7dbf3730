/**
 * The one place where everything is wired.
 *
 * @module
 */
import { fromFileUrl } from "@std/path";
import { systemClock } from "../chain/clock.ts";
import type { NewDelivery } from "../chain/deliveries.ts";
import { OddAnswers } from "../chain/odd_answers.ts";
import type { RuleServices } from "../chain/rule.ts";
import { receivedTrace } from "../chain/trace_context.ts";
import { bytes } from "../values/byte_size.ts";
import { openCallbackListener } from "./callback_listener.ts";
import { besideRules, type LoadContext, type LoadedRules } from "../config/load/load_rules.ts";
import { retentionOf } from "./retention.ts";
import type { RulesFile } from "../config/sections/rules_file.ts";
import { doorOf } from "./caller_auth.ts";
import { targetsOf } from "./targets.ts";
import { Connections } from "../delivery/connections.ts";
import { type DeliveryThreadEvents, DeliveryThreads } from "../delivery/delivery_threads.ts";
import { Operator } from "./operator.ts";
import { storeError } from "./start_error.ts";
import { maskOf } from "./secrets_mask.ts";
import { GroupCommit } from "../delivery/group_commit.ts";
import type { OutboxCount } from "../delivery/outbox.ts";
import { createPost } from "../delivery/post.ts";
import { createPoster } from "../delivery/poster.ts";
import { scriptedPoster } from "../delivery/scripted_poster.ts";
import { milliseconds } from "../values/duration.ts";
import { answerCondition } from "../expressions/answer_condition.ts";
import { type CallbackHandler, createCallbackHandler } from "../http/callback_handler.ts";
import type { ReloadReport } from "../operator/api/operator_context.ts";
import type { CallbackWatcher } from "../http/callback_watch.ts";
import type { Listener } from "../http/listener.ts";
import { tracedPost } from "../observe/attempt_spans.ts";
import { watchedByAll } from "../observe/callback_watchers.ts";
import { describeEvents } from "../observe/events.ts";
import type { Loggers } from "../observe/logging.ts";
import { openTracer } from "../observe/tracer.ts";
import { VersionWatch } from "../openim/version_watch.ts";
import { StartedPlugins } from "../plugins/started_plugins.ts";
import { ruleDefinitions } from "../rules/list.ts";
import { ChainsInForce } from "./chains_in_force.ts";
import { MemoryBuckets } from "../stores/memory_buckets.ts";
import { MemoryCounters } from "../stores/memory_counters.ts";
import { MemorySeenKeys } from "../stores/memory_seen_keys.ts";
import { openCallbackSpans } from "./tracing.ts";

/** The folder with the router's own plugins. */
export const builtinPlugins = fromFileUrl(new URL("../../plugins", import.meta.url));

/**
 * How long a stop waits for attempts at deliveries, milliseconds. It is short: the outbox keeps what
 * is broken off, and OpenIM is refused until the next router listens.
 */
const attemptsEndWithin = 2000;

const deliveryModules = {
  outbox: new URL("./outbox_worker.ts", import.meta.url),
  courier: new URL("./courier_worker.ts", import.meta.url),
};

/** How rules files are loaded for real: with the process's environment and real state. */
export function loadContext(
  log: RuleServices["log"],
  replace: Partial<RuleServices> | ((settings: RulesFile) => Partial<RuleServices>) = {},
): LoadContext {
  return {
    environment: (name) => Deno.env.get(name),
    definitions: ruleDefinitions,
    builtinPlugins,
    scriptedPoster: (settings, file, answers) =>
      scriptedPoster(targetsOf(settings, file), answers, { deliveredWhen: answerCondition }),
    services: (settings, file) => ({
      counters: new MemoryCounters(settings.counters.maxKeys),
      buckets: new MemoryBuckets(settings.buckets.maxKeys),
      seenKeys: new MemorySeenKeys(settings.seenKeys.maxKeys),
      poster: createPoster(
        targetsOf(settings, file),
        tracedPost(createPost(new Connections(), { deliveredWhen: answerCondition }), openTracer()),
      ),
      oddAnswers: new OddAnswers(log),
      log,
      clock: systemClock,
      newID: () => crypto.randomUUID(),
      ...(typeof replace === "function" ? replace(settings) : replace),
    }),
  };
}

/** A router that serves. */
export interface RunningRouter {
  /** Where it listens; the port is a real one. */
  readonly address: Deno.NetAddr;
  /** Where the operator is answered; undefined where that is off. */
  readonly operatorAddress: Deno.NetAddr | undefined;
  /** Lets other rules answer, from the next request on; those under way end with their own. */
  replace(rules: LoadedRules): void;
  /** Lets the operator know that a changed rules file was refused. */
  refused(): void;
  /**
   * Takes no callbacks any more, answers those in flight, and stops delivering; returns what remains
   * in the outbox. A callback that is not answered within the time of the rules file is left: the
   * caller ends the process.
   */
  stop(): Promise<readonly OutboxCount[]>;
}

/** What a router asks of those who started it. */
export interface RouterHost {
  /** Reads the rules file again, when the operator asks; undefined where that is not possible. */
  readonly reload: () => Promise<ReloadReport | undefined>;
}

/**
 * Opens the outbox, listens, and begins to deliver.
 *
 * @throws {StartError} when the outbox cannot be opened or the address cannot be listened on.
 */
export async function startRouter(
  rules: LoadedRules,
  loggers: Loggers,
  { reload }: RouterHost,
): Promise<RunningRouter> {
  let { settings } = rules;
  let mask = maskOf(rules);
  const operator = settings.operator.enabled ? new Operator(rules, loggers) : undefined;
  const described = describeEvents(loggers);
  const counted = operator?.counting(described) ?? described;
  const door = await doorOf(rules);
  const spans = openCallbackSpans({ door, mask: (text) => mask(text) });
  const events = spans?.telling(counted) ?? counted;
  const { threads, counts } = await startDelivery(rules, events).catch(async (error) => {
    await operator?.close();
    throw error;
  });
  operator?.opened(threads);
  const deliveries = new GroupCommit<NewDelivery>((deliveries) => threads.append(deliveries));
  const inFlight = { count: 0 };
  const watcher = watchedByAll(
    [operator?.watcher, spans].filter((one): one is CallbackWatcher => one !== undefined),
  );
  const versionWatch = (named: string | undefined) =>
    named === undefined ? undefined : new VersionWatch(named, (callback, shown) => {
      events.otherVersion(callback, { named, shown });
      operator?.otherVersion({ named, shown });
    });
  const putInForce = ({ registry, chains, settings: { server, openim } }: LoadedRules) => {
    const underWay = new ChainsInForce(chains, events.notLetGo);
    const answer = createCallbackHandler({
      routing: {
        registry,
        chains,
        nextCode: server.nextCode,
        unproven: server.unproven,
        bodyLimit: bytes(server.bodyLimit),
        version: openim.version,
      },
      underWay,
      door,
      inFlightLimit: server.limits.inFlight,
      inFlight,
      deliveries,
      clock: systemClock,
      newOperationID: () => crypto.randomUUID(),
      versionWatch: versionWatch(openim.version),
      events,
      watcher,
      traceOf: spans?.traceOf ?? receivedTrace,
    });
    return { answer, replaced: (letGoToo: () => void) => underWay.replaced(letGoToo) };
  };
  let inForce = putInForce(rules);
  let listener: Listener | undefined;
  try {
    const answer: CallbackHandler = (request, connection) => inForce.answer(request, connection);
    listener = await openCallbackListener(rules, {
      answer: spans?.serving(answer) ?? answer,
      door,
      clock: systemClock,
      events,
    });
    operator?.running();
    // last: who waits for its port finds callbacks answered
    await operator?.listen(settings.operator, reload);
  } catch (error) {
    await listener?.shutdown();
    await threads.stop(0);
    await operator?.close();
    throw error;
  }
  // only now: deliveries from before are not to be sent by a router that does not start
  for (const count of counts) {
    events.waiting(count, { known: Object.hasOwn(settings.targets, count.target) });
  }
  threads.deliver();
  const started = new StartedPlugins({ log: loggers.rule, failed: events.pluginFailed });
  started.follow(rules.registry.plugins);
  return {
    address: listener.address,
    operatorAddress: operator?.address,
    replace(next) {
      settings = next.settings;
      mask = maskOf(next);
      const before = inForce;
      inForce = putInForce(next);
      before.replaced(started.follow(next.registry.plugins));
      threads.retarget(deliverySettings(settings, next.file));
      operator?.applied(next);
    },
    refused: () => operator?.refused(),
    async stop() {
      operator?.stopping();
      const within = milliseconds(settings.server.stopWithin);
      const delivering = threads.stopDelivering(Math.min(within, attemptsEndWithin));
      await Promise.race([listener.shutdown(), elapsed(within)]);
      started.close();
      await delivering;
      const remaining = await threads.close();
      await operator?.close();
      return remaining;
    },
  };
}

function elapsed(milliseconds: number): Promise<void> {
  return new Promise((resolve) => void systemClock.after(milliseconds, resolve));
}

function deliverySettings(settings: RulesFile, file: string) {
  return { targets: targetsOf(settings, file), reportDelivered: settings.log.level === "debug" };
}

async function startDelivery({ file, settings }: LoadedRules, events: DeliveryThreadEvents) {
  const { path: written, durability, keep } = settings.store;
  const path = besideRules(file, written);
  try {
    return await DeliveryThreads.start(deliveryModules, {
      path,
      durability,
      retention: retentionOf(keep),
      ...deliverySettings(settings, file),
    }, events);
  } catch (error) {
    throw storeError(written, error);
  }
}
