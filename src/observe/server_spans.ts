/**
 * Deno's own spans of the requests that it answers, left out. They hold the whole address of a
 * request, of which the callers' secret may be a part, and what a span says once cannot be taken
 * back. They would also be made for every look at the operator's pages.
 *
 * Deno has no setting for that. All its tracers, its own and ours, are of one class: the spans of
 * ours, which stands for this router, are made, and any other span of a server is not.
 *
 * @module
 */
import { INVALID_SPAN_CONTEXT, type Span, SpanKind, trace, type Tracer } from "@opentelemetry/api";

/** This Deno makes its spans in another way. */
export class ServerSpansError extends Error {
  override readonly name = "ServerSpansError";
}

/**
 * Keeps Deno from making spans of requests that come in, for all that is served from now on.
 *
 * @param own the tracer of which all spans are made.
 * @throws {ServerSpansError} if this version of Deno cannot be kept from it.
 */
export function leaveOutServerSpans(own: Tracer): void {
  const shared = Object.getPrototypeOf(own) as Tracer;
  const start: unknown = Object.hasOwn(shared, "startSpan") ? shared.startSpan : undefined;
  if (typeof start !== "function") {
    throw new ServerSpansError(
      `Deno ${Deno.version.deno} would write whole addresses into its traces, secrets included: ` +
        "use Deno 2.9.6, or do without OTEL_DENO",
    );
  }
  const silent: Span = trace.wrapSpanContext(INVALID_SPAN_CONTEXT);
  shared.startSpan = function (this: Tracer, name, options, context) {
    if (options?.kind === SpanKind.SERVER && this !== own) return silent;
    return start.call(this, name, options, context);
  };
}
