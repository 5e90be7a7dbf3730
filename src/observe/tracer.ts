import { ProxyTracerProvider, type Span, trace, TraceFlags, type Tracer } from "@opentelemetry/api";

/** Makes the spans of this thread; undefined unless Deno traces (`OTEL_DENO=true`). */
export function openTracer(): Tracer | undefined {
  const provider = trace.getTracerProvider();
  // if nothing is registered, this is the library's own stand-in
  return provider instanceof ProxyTracerProvider
    ? undefined
    : provider.getTracer("openim-callback-router");
}

/** Whether a span will be exported; Deno's spans all say that they record. */
export function isSampled(span: Span): boolean {
  return (span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0;
}

/** The attribute names that every span about a callback or a delivery uses. */
export const attributes = {
  /** The newest name of the command. */
  command: "openim.command",
  /** OpenIM's own trace ID. */
  operationID: "openim.operation_id",
  verdict: "openim.verdict",
  /** The `errCode` of a refusal. */
  code: "openim.refusal.code",
  /** Where the rule stands in the rules file. */
  rule: "openim.rule.name",
  use: "openim.rule.use",
  outcome: "openim.rule.outcome",
  target: "openim.target",
  delivery: "openim.delivery.id",
  attempt: "openim.delivery.attempt",
  batch: "openim.batch.id",
  /** How many deliveries a request has. */
  batchSize: "openim.batch.size",
} as const;
