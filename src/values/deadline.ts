/** Something took longer than it may. */
export class DeadlineError extends Error {
  override readonly name = "DeadlineError";
}

/** The part of a clock that a deadline needs. */
interface Timers {
  /** Calls back after this many milliseconds; the returned function cancels. */
  after(milliseconds: number, callback: () => void): () => void;
}

/**
 * The result of some work, if it comes in time. Work that is late goes on; nobody hears of its end.
 *
 * @throws {DeadlineError} with `message` if the work takes more than `within` milliseconds.
 */
export async function deadline<Value>(
  work: PromiseLike<Value>,
  { within, message, clock }: {
    readonly within: number;
    readonly message: string;
    readonly clock: Timers;
  },
): Promise<Value> {
  const late = Promise.withResolvers<never>();
  const cancel = clock.after(within, () => late.reject(new DeadlineError(message)));
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    cancel();
  }
}
