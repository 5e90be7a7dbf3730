/** An attempt at a delivery that did not succeed. */
export class DeliveryError extends Error {
  override readonly name = "DeliveryError";
  /** Whether trying again may help; a 4xx answer other than 408, 425 and 429 will stay one. */
  readonly retryable: boolean;
  /** The HTTP status, where there was an answer. */
  readonly status: number | undefined;
  /** The text of the answer, cut, where there was one. */
  readonly answer: string | undefined;

  constructor(
    message: string,
    options: {
      retryable: boolean;
      status?: number | undefined;
      answer?: string | undefined;
      cause?: unknown;
    },
  ) {
    super(message, { cause: options.cause });
    this.retryable = options.retryable;
    this.status = options.status;
    this.answer = options.answer;
  }
}
