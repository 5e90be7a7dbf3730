/**
 * Masks secrets in what is recorded of an attempt. A target may give them away: if it answers with
 * the headers that it got, it answers with its token.
 *
 * @module
 */
import { DeliveryError } from "../delivery/delivery_error.ts";
import { keptAnswer } from "../delivery/attempt_end.ts";
import type { Post, PostedDelivery } from "../delivery/post.ts";
import { targetSecrets } from "../delivery/target_secrets.ts";
import { textMask } from "./mask_secrets.ts";

/** What stands in place of a secret. */
const mask = "***";

/** Masks the secrets of one target. */
interface Masks {
  message(text: string): string;
  /** Of an answer the part that is kept for the operator. */
  answer(text: string): string;
}

/**
 * Posts, and masks the target's secrets and proofs in its answer and in the reason of a failure.
 * Only the part of the answer that is kept is left, so this is not for rules that wait for an
 * answer.
 */
export function maskedPost(post: Post): Post {
  return async (delivery, target, options) => {
    const { message, answer } = masks(targetSecrets(target, ownHeaders(delivery)));
    try {
      const taken = await post(delivery, target, options);
      return { ...taken, text: answer(taken.text) };
    } catch (failure) {
      if (!(failure instanceof DeliveryError)) throw failure;
      const { retryable, status, answer: text, retryAfter } = failure;
      throw new DeliveryError(message(failure.message), {
        retryable,
        status,
        answer: text === undefined ? undefined : answer(text),
        retryAfter,
        cause: failure.cause,
      });
    }
  };
}

/** The headers that the rules gave: a batch has one more, which names its deliveries. */
function ownHeaders({ batch, headers }: PostedDelivery): Readonly<Record<string, string>> {
  return batch?.[0]?.headers ?? headers;
}

function masks(secrets: ReadonlySet<string>): Masks {
  const message = textMask(new Map([...secrets].map((secret) => [secret, mask])));
  const longest = Math.max(1, ...[...secrets].map(({ length }) => length));
  return {
    message,
    answer(text) {
      const part = text.slice(0, keptAnswer + longest);
      // a cut may leave the beginning of a secret
      const end = part.length < text.length ? 1 - longest : part.length;
      return message(part).slice(0, end);
    },
  };
}
