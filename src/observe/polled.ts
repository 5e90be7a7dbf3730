import type { Clock } from "../chain/clock.ts";

/** What was asked for did not come in time. */
export class PollTimeout extends Error {
  override readonly name = "PollTimeout";
}

/** How often is asked, and how long is waited, milliseconds. */
export interface PollSettings {
  /** How long an answer holds: whoever asks meanwhile is given the same. */
  readonly holds: number;
  /** How long an answer is waited for. */
  readonly within: number;
}

/**
 * Asks another part of the router for those who look at it from outside: however many they are and
 * however often they look, it is asked one question at a time, and they are told when it does not
 * answer.
 */
export function polled<Value>(
  ask: () => Promise<Value>,
  { holds, within }: PollSettings,
  clock: Clock,
): () => Promise<Value> {
  let latest: { readonly answer: Promise<Value>; readonly askedAt: number } | undefined;
  let open: Promise<Value> | undefined;
  const question = () =>
    open ??= ask().finally(() => {
      open = undefined;
    });
  return () => {
    const now = clock.monotonic();
    if (latest === undefined || now - latest.askedAt >= holds) {
      latest = { answer: inTime(question(), within, clock), askedAt: now };
    }
    return latest.answer;
  };
}

async function inTime<Value>(
  asked: Promise<Value>,
  within: number,
  clock: Clock,
): Promise<Value> {
  const tooLate = Promise.withResolvers<never>();
  const cancel = clock.after(
    within,
    () => tooLate.reject(new PollTimeout(`no answer within ${within} ms`)),
  );
  try {
    return await Promise.race([asked, tooLate.promise]);
  } finally {
    cancel();
  }
}
