import type { NewDelivery } from "../../src/chain/deliveries.ts";
import type { Resolve } from "../../src/delivery/address_guard.ts";
import { TargetConnections } from "../../src/delivery/target_connections.ts";
import { createPost, type TakenAnswer } from "../../src/delivery/post.ts";
import { answerCondition } from "../../src/expressions/answer_condition.ts";
import type { Target } from "../../src/delivery/target.ts";
import { aDelivery } from "./builders.ts";

/** What a test may choose of one attempt. */
export interface Attempt {
  readonly delivery?: NewDelivery;
  readonly attempt?: number;
  readonly signal?: AbortSignal;
  /** Finds the addresses of names in place of the system. */
  readonly resolve?: Resolve;
  /** The time of the attempt, epoch milliseconds. */
  readonly now?: number;
}

/** Posts once, over connections that are closed afterwards. */
export async function postOnce(
  target: Target,
  { delivery = aDelivery(), attempt = 1, signal = new AbortController().signal, ...parts }:
    Attempt = {},
): Promise<TakenAnswer> {
  await using connections = new TargetConnections(parts.resolve);
  const post = createPost(connections, {
    now: () => parts.now ?? Date.now(),
    deliveredWhen: answerCondition,
  });
  return await post(delivery, target, { attempt, signal });
}
