import { DeliveryError } from "./delivery_error.ts";
import { meaningOf } from "./failure_meaning.ts";

/** What a target's `deliveredWhen` is asked about. */
export interface JudgedAnswer {
  readonly status: number;
  /** By their names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** A target's `deliveredWhen`, compiled; throws when the answer does not fit it. */
export type DeliveredWhen = (answer: JudgedAnswer) => boolean;

/**
 * Whether an answer says that the target took the delivery: as its `deliveredWhen` decides, or else
 * when the status is 2xx.
 *
 * @throws {DeliveryError} when it did not. A 2xx answer may be another one the next time; what any
 * other status means stays.
 */
export function checkDelivered(answer: JudgedAnswer, deliveredWhen: DeliveredWhen = is2xx): void {
  const { status, headers, text } = answer;
  let reason: string;
  try {
    if (deliveredWhen(answer)) return;
    reason = is2xx(answer) ? ', which "deliveredWhen" does not take' : "";
  } catch (error) {
    const [why] = String((error as Error).message).split("\n", 1);
    reason = `, and "deliveredWhen" cannot be evaluated: ${why}`;
  }
  throw new DeliveryError(`the target answered with status ${status}${reason}`, {
    retryable: is2xx(answer) || meaningOf(status) === "retry",
    status,
    answer: text,
    retryAfter: headers["retry-after"],
  });
}

/** Whether a status says that the request succeeded. */
export function is2xx({ status }: Pick<JudgedAnswer, "status">): boolean {
  return status >= 200 && status < 300;
}
