import type { NewDelivery } from "../chain/deliveries.ts";
import { AddressError } from "./address_guard.ts";
import { type AnswerText, answerText } from "./answer_text.ts";
import type { TargetConnections, TargetResponse } from "./target_connections.ts";
import { checkDelivered, type DeliveredWhen, is2xx } from "./delivered_when.ts";
import { DeliveryError } from "./delivery_error.ts";
import { describeFetchFailure } from "./fetch_failure.ts";
import { isRedirect, redirectOf } from "./redirect.ts";
import { requestHeaders } from "./request_headers.ts";
import type { StoredDelivery } from "./outbox.ts";
import type { Target } from "./target.ts";

/** A target's answer to a delivery that it took; its text is cut at a limit. */
export interface TakenAnswer extends AnswerText {
  readonly status: number;
}

/** What is posted: a delivery, or the one request of several. */
export interface PostedDelivery extends NewDelivery {
  /** The deliveries of a batch: each of them is tried with this request. */
  readonly batch?: readonly StoredDelivery[];
}

/**
 * Posts a delivery once and returns the answer.
 *
 * The target's `redirects` says how many redirects are followed: none by default.
 *
 * @throws {DeliveryError} if there is no answer in time, if the answer says that the target did not
 * take the delivery, or if the target's address is refused.
 */
export type Post = (
  delivery: PostedDelivery,
  target: Target,
  options: { readonly attempt: number; readonly signal: AbortSignal },
) => Promise<TakenAnswer>;

/** What posting needs besides connections. */
export interface PostContext {
  /** The time that signatures are made for. */
  readonly now?: () => number;
  /** Compiles a target's `deliveredWhen`. */
  readonly deliveredWhen: (source: string) => DeliveredWhen;
}

/**
 * How long an answer that has come in time may take to be read, milliseconds: a store that waits for
 * its disk blocks this thread, and its timers fire before what has come meanwhile is read.
 */
const readWithin = 20;

/** Posts over connections. */
export function createPost(
  connections: Pick<TargetConnections, "post">,
  { now = Date.now, deliveredWhen }: PostContext,
): Post {
  const compiled = new Map<string, DeliveredWhen>();
  const deliveredWhenOf = ({ deliveredWhen: source }: Target): DeliveredWhen | undefined => {
    if (source === undefined) return undefined;
    let known = compiled.get(source);
    if (known === undefined) compiled.set(source, known = deliveredWhen(source));
    return known;
  };
  return async (delivery, target, { attempt, signal }) => {
    // AbortSignal.timeout and AbortSignal.any would hold every attempt's memory until the timeout
    const breakOff = new AbortController();
    const forwardAbort = () => breakOff.abort(signal.reason);
    signal.addEventListener("abort", forwardAbort, { once: true });
    if (signal.aborted) forwardAbort();
    // made when it is needed: an error takes V8 as long as a good part of the attempt
    let timedOut: DeliveryError | undefined;
    const expire = () => {
      const message = `no answer within ${target.timeout} ms`;
      timedOut = new DeliveryError(message, { retryable: true });
      breakOff.abort(timedOut);
    };
    let timer = setTimeout(() => timer = setTimeout(expire, readWithin), target.timeout);
    let response: TargetResponse | undefined;
    let read: AnswerText = { text: "" };
    try {
      response = await send(delivery, target, {
        connections,
        attempt,
        now: now(),
        signal: breakOff.signal,
      });
      read = await answerText(response);
    } catch (cause) {
      // the status says enough of a failure, whatever became of the text
      if (response === undefined || is2xx(response)) {
        if (timedOut !== undefined && breakOff.signal.reason === timedOut) throw timedOut;
        if (cause instanceof DeliveryError) throw cause;
        throw failureOf(cause, new URL(target.url), response?.status);
      }
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", forwardAbort);
    }
    const { status, headers } = response;
    checkDelivered({ status, headers, text: read.text }, deliveredWhenOf(target));
    return { status, ...read };
  };
}

interface Sending {
  readonly connections: Pick<TargetConnections, "post">;
  readonly attempt: number;
  readonly now: number;
  readonly signal: AbortSignal;
}

/** Sends the request, and follows the redirects of the target. */
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
    url = redirectOf({ status: response.status, location: response.headers.location }, url, left);
  }
}

function failureOf(cause: unknown, url: URL, status: number | undefined): DeliveryError {
  // the address of a name can change; an address in the rules file cannot
  if (cause instanceof AddressError) {
    return new DeliveryError(cause.message, { retryable: !cause.literal, cause });
  }
  return new DeliveryError(describeFetchFailure(cause, url), { retryable: true, status, cause });
}
