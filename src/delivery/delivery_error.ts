/** An attempt at a delivery that did not succeed. */
export class DeliveryError extends Error {
  override readonly name = "DeliveryError";
  /** Whether trying again may help; `failure_meaning.ts` says for which statuses. */
  readonly retryable: boolean;
  /** The HTTP status, if there was an answer. */
  readonly status: number | undefined;
  /** The text of the answer, cut, if there was one. */
  readonly answer: string | undefined;
  /** The answer's header `Retry-After` as the target wrote it. */
  readonly retryAfter: string | undefined;

  constructor(
    message: string,
    options: {
      retryable: boolean;
      status?: number | undefined;
      answer?: string | undefined;
      retryAfter?: string | undefined;
      cause?: unknown;
    },
  ) {
    super(message, { cause: options.cause });
    this.retryable = options.retryable;
    this.status = options.status;
    this.answer = options.answer;
    this.retryAfter = options.retryAfter;
  }
}
