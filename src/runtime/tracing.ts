import type { MiddlewareHandler } from "hono";
import type { TraceContext } from "../chain/trace_context.ts";
import { type ReadHeader, receivedTrace } from "../chain/trace_context.ts";
import type { CallbackWatcher } from "../http/callback_watch.ts";
import { CallbackSpans, type CallbackSpansContext } from "../observe/callback_spans.ts";
import { unwatched } from "../observe/callback_watchers.ts";
import type { RouterEvents } from "../observe/events.ts";
import { leaveOutServerSpans, ServerSpansError } from "../observe/server_spans.ts";
import { openTracer } from "../observe/tracer.ts";
import { StartError } from "./start_error.ts";

/** Makes the spans of callbacks. */
export interface Tracing extends CallbackWatcher {
  /** Answers each request within a span. */
  readonly around: MiddlewareHandler;
  /** The same events, which the span in which they happen shows as well. */
  reporting(events: RouterEvents): RouterEvents;
  /** The trace that what a callback sends belongs to. */
  readonly traceOf: (header: ReadHeader) => TraceContext | undefined;
}

/** Without spans, a caller's trace is handed on. */
const noTracing: Tracing = {
  around: (_context, next) => next(),
  reporting: (events) => events,
  watch: () => unwatched,
  traceOf: receivedTrace,
};

/**
 * Opens the tracing, if Deno traces (`OTEL_DENO=true`), before anything is served.
 *
 * @throws {StartError} if this version of Deno would write secrets into the spans.
 */
export function openTracing(context: CallbackSpansContext): Tracing {
  const tracer = openTracer();
  if (tracer === undefined) return noTracing;
  try {
    leaveOutServerSpans(tracer);
  } catch (cause) {
    if (cause instanceof ServerSpansError) throw new StartError([], cause.message, { cause });
    throw cause;
  }
  return new CallbackSpans(tracer, context);
}
