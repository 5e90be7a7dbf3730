import type { Clock } from "../chain/clock.ts";
import { deadline } from "../values/deadline.ts";

/** How often it is asked, and how long it may take, milliseconds. */
export interface PollSettings {
  /** How long an answer holds: everyone who asks meanwhile gets the same. */
  readonly holds: number;
  /** How long an answer may take. */
  readonly within: number;
}

/**
 * Asks another part of the router for those who look at it from outside. However many look and
 * however often, it gets one question at a time.
 *
 * @throws {DeadlineError} the returned function rejects with it if there is no answer in time.
 */
export function polled<Value>(
  ask: () => Promise<Value>,
  { holds, within }: PollSettings,
  clock: Clock,
): () => Promise<Value> {
  let latest: { readonly answer: Promise<Value>; readonly askedAt: number } | undefined;
  let open: Promise<Value> | undefined;
  const message = `no answer within ${within} ms`;
  const question = () =>
    open ??= ask().finally(() => {
      open = undefined;
    });
  return () => {
    const now = clock.monotonic();
    if (latest === undefined || now - latest.askedAt >= holds) {
      latest = { answer: deadline(question(), { within, message, clock }), askedAt: now };
    }
    return latest.answer;
  };
}
