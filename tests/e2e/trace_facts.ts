import type { ReceivedSpan } from "../support/otlp_receiver.ts";
import { startTarget } from "../support/target_server.ts";

/** A before-callback that the traces' tests send. */
export const beforeSend = "callbackBeforeSendSingleMsgCommand";
/** A group-read report. */
export const body = JSON.stringify({
  sendID: "u1",
  receiveID: "u1",
  unreadMsgNum: 5,
  contentType: 3,
});

/** A trace of the caller's, told by one or two hexadecimal digits. */
export function aTrace(digits: string) {
  const traceID = digits.repeat(32).slice(0, 32);
  const spanID = `b7ad6b7169203${digits}`.padEnd(16, "1");
  return { traceID, spanID, traceparent: `00-${traceID}-${spanID}-01` };
}

/** A target that fails so many times, then takes what comes. */
export function failing(times: number) {
  let left = times;
  return startTarget(() => new Response(null, { status: left-- > 0 ? 503 : 204 }));
}

/** The spans of a name. */
export function named(spans: readonly ReceivedSpan[], name: string): readonly ReceivedSpan[] {
  return spans.filter((span) => span.name === name);
}

/** The span that a `traceparent` names. */
export function spanIn(headers: Headers | undefined): string | undefined {
  return headers?.get("traceparent")?.split("-")[2];
}
