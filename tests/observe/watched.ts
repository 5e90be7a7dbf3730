import type { Chain, Link } from "../../src/chain/chain.ts";
import { answerCallback } from "../../src/http/answer_callback.ts";
import type { CallbackWatcher } from "../../src/http/callback_watch.ts";
import type { Callback } from "../../src/openim/callback.ts";
import { noDuties } from "../chain/links.ts";
import { aCallback } from "../support/callbacks.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { silent } from "./silent_events.ts";

/** A before-chain of these links. */
export function aChain(links: readonly Link[], command = aCallback().command): Chain {
  return { command, timing: "before", links, onError: "continue", budget: 1000, duties: noDuties };
}

/** Answers a callback as the listener does, and lets it be watched. */
export async function answerWatched(
  chain: Chain,
  watcher: CallbackWatcher,
  { callback = aCallback({ command: chain.command }), clock = new FakeClock(), store }: {
    readonly callback?: Callback;
    readonly clock?: FakeClock;
    /** What storing deliveries does; nothing by default. */
    readonly store?: () => Promise<void>;
  } = {},
): Promise<void> {
  await answerCallback(chain, callback, {
    clock,
    watcher,
    deliveries: { store: () => store?.() ?? Promise.resolve() },
    events: silent,
  });
}
