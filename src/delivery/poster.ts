import type { Poster } from "../chain/deliveries.ts";
import { DeliveryError } from "./delivery_error.ts";
import type { Post } from "./post.ts";
import type { Target } from "./target.ts";

/** Posts to targets by name, once and at once, for rules that wait for the answer. */
export function createPoster(targets: readonly Target[], post: Post): Poster {
  const byName = new Map(targets.map((target) => [target.name, target]));
  return {
    async post(delivery, signal) {
      const target = byName.get(delivery.target);
      if (target === undefined) {
        const message = `there is no target "${delivery.target}"`;
        throw new DeliveryError(message, { retryable: false });
      }
      return await post(delivery, target, { attempt: 1, signal });
    },
  };
}
