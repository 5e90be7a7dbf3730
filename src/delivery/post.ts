import type { NewDelivery } from "../chain/deliveries.ts";
import { AddressError } from "./address_guard.ts";
import { answerText } from "./answer_text.ts";
import type { Connections, TargetResponse } from "./connections.ts";
import { DeliveryError } from "./delivery_error.ts";
import { meaningOf } from "./failure_meaning.ts";
import { describeFetchFailure } from "./fetch_failure.ts";
import { isRedirect, redirectOf } from "./redirect.ts";
import { requestHeaders } from "./request_headers.ts";
import type { StoredDelivery } from "./outbox.ts";
import type { Target } from "./target.ts";

/** The largest answer that is read from a target, bytes. */
const answerLimit = 256 * 1024;

/** A target's answer to a delivery that it took. */
export interface TakenAnswer {
  readonly status: number;
  /** The text, cut at a limit. */
  readonly text: string;
}

/** What is posted: a delivery, or the one request of several. */
export interface PostedDelivery extends NewDelivery {
  /** The deliveries of a batch: each of them is tried with this request. */
  readonly batch?: readonly StoredDelivery[];
}

/**
 * Posts a delivery once and returns the answer.
 *
 * @throws {DeliveryError} when there is no answer in time, one with a status other than 2xx, or when
 * the target's address is refused. Redirects are followed as far as the target says: by default
 * not at all, since a target says for itself where it is.
 */
export type Post = (
  delivery: PostedDelivery,
  target: Target,
  options: { readonly attempt: number; readonly signal: AbortSignal },
) => Promise<TakenAnswer>;

/** Posts over connections; `now` tells the time that signatures are made for. */
export function createPost(
  connections: Pick<Connections, "post">,
  now: () => number = Date.now,
): Post {
  return async (delivery, target, { attempt, signal }) => {
    // AbortSignal.timeout and AbortSignal.any would hold every attempt's memory until the timeout
    const breakOff = new AbortController();
    const forwardAbort = () => breakOff.abort(signal.reason);
    signal.addEventListener("abort", forwardAbort, { once: true });
    if (signal.aborted) forwardAbort();
    // made when it is needed: an error takes V8 as long as a good part of the attempt
    let timedOut: DeliveryError | undefined;
    const timer = setTimeout(() => {
      const message = `no answer within ${target.timeout} ms`;
      timedOut = new DeliveryError(message, { retryable: true });
      breakOff.abort(timedOut);
    }, target.timeout);
    let response: TargetResponse | undefined;
    let text: string | undefined;
    try {
      response = await send(delivery, target, {
        connections,
        attempt,
        now: now(),
        signal: breakOff.signal,
      });
      text = await answerText(response, answerLimit);
      if (isTaken(response)) return { status: response.status, text };
    } catch (cause) {
      if (response === undefined || isTaken(response)) {
        if (timedOut !== undefined && breakOff.signal.reason === timedOut) throw timedOut;
        if (cause instanceof DeliveryError) throw cause;
        throw failureOf(cause, new URL(target.url), response?.status);
      }
      // the status says what there is to say, whatever became of the text
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", forwardAbort);
    }
    throw refusalOf(response, text);
  };
}

interface Sending {
  readonly connections: Pick<Connections, "post">;
  readonly attempt: number;
  readonly now: number;
  readonly signal: AbortSignal;
}

/** Sends the request, also to where the target's answers send it. */
async function send(
  delivery: NewDelivery,
  target: Target,
  { connections, attempt, now, signal }: Sending,
): Promise<TargetResponse> {
  const first = URL.parse(target.url);
  if (first === null) throw new DeliveryError("the target's URL is none", { retryable: false });
  let url = first;
  for (let left = target.redirects;; left--) {
    const headers = requestHeaders(delivery, target, {
      attempt,
      now,
      own: url.origin === first.origin,
    });
    const request = { url, headers, body: delivery.body, signal };
    let response: TargetResponse;
    try {
      response = await connections.post(request, target);
    } catch (cause) {
      throw failureOf(cause, url, undefined);
    }
    if (!isRedirect(response.status)) return response;
    response.body.destroy();
    url = redirectOf({ status: response.status, location: response.header("location") }, url, left);
  }
}

function isTaken({ status }: TargetResponse): boolean {
  return status >= 200 && status < 300;
}

function failureOf(cause: unknown, url: URL, status: number | undefined): DeliveryError {
  // what a name stands for can change; an address in the rules file cannot
  if (cause instanceof AddressError) {
    return new DeliveryError(cause.message, { retryable: !cause.literal, cause });
  }
  return new DeliveryError(describeFetchFailure(cause, url), { retryable: true, status, cause });
}

function refusalOf(response: TargetResponse, answer: string | undefined): DeliveryError {
  const { status } = response;
  return new DeliveryError(`the target answered with status ${status}`, {
    retryable: meaningOf(status) === "retry",
    status,
    answer,
    retryAfter: response.header("retry-after"),
  });
}
