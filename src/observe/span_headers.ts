import { type Context, ROOT_CONTEXT, type Span, type SpanContext, trace } from "@opentelemetry/api";
import { parseTraceparent, type TraceContext } from "../chain/trace_context.ts";

/** The headers that say that something belongs to a span. */
export function traceContextOf(span: Span, tracestate?: string): TraceContext {
  const { traceId, spanId, traceFlags } = span.spanContext();
  const flags = traceFlags.toString(16).padStart(2, "0");
  const traceparent = `00-${traceId}-${spanId}-${flags}`;
  return tracestate === undefined ? { traceparent } : { traceparent, tracestate };
}

/** The span that headers say something belongs to, as what its own spans go below. */
export function contextOf(headers: TraceContext | undefined): Context {
  const parent = headers && spanContextOf(headers);
  return parent === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, parent);
}

function spanContextOf({ traceparent }: TraceContext): SpanContext | undefined {
  const parsed = parseTraceparent(traceparent);
  if (parsed === undefined) return undefined;
  const { traceID, spanID, flags } = parsed;
  return { traceId: traceID, spanId: spanID, traceFlags: flags, isRemote: true };
}
