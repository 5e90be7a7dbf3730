import type { NewDelivery } from "../chain/deliveries.ts";
import { DeliveryError } from "./delivery_error.ts";
import { meaningOf } from "./failure_meaning.ts";
import { describeFetchFailure } from "./fetch_failure.ts";
import type { Target } from "./target.ts";

/** The largest answer that is read from a target, bytes. */
const answerLimit = 256 * 1024;

/** A target's answer to a delivery that it took. */
export interface TakenAnswer {
  readonly status: number;
  /** The text, cut at a limit. */
  readonly text: string;
}

/**
 * Posts a delivery once and returns the answer.
 *
 * @throws {DeliveryError} when there is no answer in time, or one with a status other than 2xx.
 * Redirects are not followed: a target says for itself where it is.
 */
export async function post(
  delivery: NewDelivery,
  target: Target,
  options: { readonly attempt: number; readonly signal: AbortSignal },
): Promise<TakenAnswer> {
  const { signal } = options;
  // AbortSignal.timeout and AbortSignal.any would hold every attempt's memory until the timeout
  const breakOff = new AbortController();
  const forwardAbort = () => breakOff.abort(signal.reason);
  signal.addEventListener("abort", forwardAbort, { once: true });
  if (signal.aborted) forwardAbort();
  const timedOut = new DeliveryError(`no answer within ${target.timeout} ms`, { retryable: true });
  const timer = setTimeout(() => breakOff.abort(timedOut), target.timeout);
  let response: Response | undefined;
  let text: string | undefined;
  try {
    response = await send(delivery, target, options.attempt, breakOff.signal);
    text = await readAtMost(response, answerLimit);
    if (response.ok) return { status: response.status, text };
  } catch (cause) {
    if (response === undefined || response.ok) {
      if (breakOff.signal.reason === timedOut) throw timedOut;
      const reason = describeFetchFailure(cause, target.url);
      throw new DeliveryError(reason, { retryable: true, status: response?.status, cause });
    }
    // the status says what there is to say, whatever became of the text
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", forwardAbort);
  }
  throw refusalOf(response, text);
}

function refusalOf({ status, headers }: Response, answer: string | undefined): DeliveryError {
  const hint = status >= 300 && status < 400 ? ", and redirects are not followed" : "";
  return new DeliveryError(`the target answered with status ${status}${hint}`, {
    retryable: meaningOf(status) === "retry",
    status,
    answer,
    retryAfter: headers.get("retry-after") ?? undefined,
  });
}

function send(
  delivery: NewDelivery,
  target: Target,
  attempt: number,
  signal: AbortSignal,
): Promise<Response> {
  return fetch(target.url, {
    method: "POST",
    redirect: "manual",
    signal,
    headers: headersOf(delivery, target, attempt),
    body: delivery.body,
  });
}

/** The rule's headers win over the target's, the router's own over both, whatever their case. */
function headersOf(delivery: NewDelivery, target: Target, attempt: number): Headers {
  const headers = new Headers(target.headers);
  for (const [name, value] of Object.entries(delivery.headers)) headers.set(name, value);
  headers.set("content-type", "application/json; charset=utf-8");
  headers.set("user-agent", "openim-callback-router");
  headers.set("operationid", delivery.operationID);
  headers.set("webhook-id", delivery.id);
  headers.set("x-callback-command", delivery.command);
  headers.set("x-delivery-attempt", String(attempt));
  return headers;
}

/** Reads a body up to a limit; the rest is not waited for. */
async function readAtMost(response: Response, limit: number): Promise<string> {
  if (response.body === null) return "";
  // of a compressed answer the length says nothing about the text
  const stated = response.headers.has("content-encoding")
    ? null
    : response.headers.get("content-length");
  const length = Number(stated ?? Infinity);
  if (length <= limit) return await response.text();
  const decoder = new TextDecoder();
  let text = "";
  let left = limit;
  for await (const chunk of response.body) {
    text += decoder.decode(chunk.subarray(0, left), { stream: true });
    left -= chunk.length;
    if (left <= 0) break;
  }
  return text + decoder.decode();
}
