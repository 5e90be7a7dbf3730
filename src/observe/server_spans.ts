/**
 * Deno's own spans of the requests that it answers, left out. They hold the whole address of a
 * request, of which the callers' secret may be a part, and what a span says once cannot be taken
 * back. They would also be made for every look at the operator's pages. What Deno reads from a
 * request's headers for them is left out too: one that it cannot decode, such as `baggage: a=%`,
 * would cost the request its answer.
 *
 * Deno has no setting for that: this file alone knows where they are made.
 *
 * @module
 */
import {
  INVALID_SPAN_CONTEXT,
  type Span,
  SpanKind,
  type TextMapPropagator,
  trace,
  type Tracer,
} from "@opentelemetry/api";

/** This Deno makes its spans in another place. */
export class ServerSpansError extends Error {
  override readonly name = "ServerSpansError";
}

type StartSpan = Tracer["startSpan"];

/** What Deno has not published. */
interface Telemetry {
  readonly builtinTracer?: () => { startSpan: StartSpan };
  readonly PROPAGATORS?: TextMapPropagator[];
}

/**
 * Keeps Deno from making spans of requests that come in, for all that is served from now on.
 *
 * @throws {ServerSpansError} if this version of Deno cannot be kept from it.
 */
export function leaveOutServerSpans(): void {
  const { internal } = Deno as unknown as { readonly internal: symbol };
  const internals = (Deno as unknown as Readonly<Record<symbol, unknown>>)[internal] as
    | { readonly __telemetry?: Telemetry }
    | undefined;
  const own = internals?.__telemetry?.builtinTracer?.();
  const propagators = internals?.__telemetry?.PROPAGATORS;
  if (typeof own?.startSpan !== "function" || !Array.isArray(propagators)) {
    throw new ServerSpansError(
      `Deno ${Deno.version.deno} would write whole addresses into its traces, secrets included: ` +
        "use Deno 2.9.6, or do without OTEL_DENO",
    );
  }
  const silent: Span = trace.wrapSpanContext(INVALID_SPAN_CONTEXT);
  const start: StartSpan = own.startSpan.bind(own);
  own.startSpan = (name, options, context) =>
    options?.kind === SpanKind.SERVER ? silent : start(name, options, context);
  propagators.forEach((propagator, index) => propagators[index] = writing(propagator));
}

/** A propagator that writes headers as it did, and reads none. */
function writing(propagator: TextMapPropagator): TextMapPropagator {
  return {
    inject: (context, carrier, setter) => propagator.inject(context, carrier, setter),
    extract: (context) => context,
    fields: () => propagator.fields(),
  };
}
