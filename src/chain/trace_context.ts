/**
 * Which trace a callback belongs to, in the words of the W3C's Trace Context: two headers that
 * everyone on the way hands on.
 *
 * @module
 */

/** The headers of a trace. */
export interface TraceContext {
  /** The trace and the span that what is sent belongs to: `00-<trace ID>-<span ID>-<flags>`. */
  readonly traceparent: string;
  /** What tracing systems add for themselves. */
  readonly tracestate?: string;
}

/** A header of a request, by its name in lower case. */
export type ReadHeader = (name: string) => string | undefined;

/** The groups are the trace, the span and the flags; later versions may add parts. */
const traceparentForm =
  /^(?!ff)[\da-f]{2}-(?!0{32})([\da-f]{32})-(?!0{16})([\da-f]{16})-([\da-f]{2})(?:-[\x21-\x7e]{0,200})?$/;

/** The specification's bound is 512 characters. */
const tracestateForm = /^[\x20-\x7e]{1,512}$/;

/**
 * The trace that a request belongs to, by its headers. Undefined if they say nothing,
 * or nothing that may be handed on.
 */
export function receivedTrace(header: ReadHeader): TraceContext | undefined {
  const traceparent = header("traceparent");
  if (traceparent === undefined || !traceparentForm.test(traceparent)) return undefined;
  const tracestate = header("tracestate");
  if (tracestate === undefined || !tracestateForm.test(tracestate)) return { traceparent };
  return { traceparent, tracestate };
}

/** What a `traceparent` says. */
export interface TraceParent {
  readonly traceID: string;
  readonly spanID: string;
  /** The lowest bit: whether the trace is recorded. */
  readonly flags: number;
}

/** Takes a `traceparent` of {@link TraceContext} apart. */
export function parseTraceparent(traceparent: string): TraceParent | undefined {
  const [, traceID, spanID, flags] = traceparentForm.exec(traceparent) ?? [];
  if (traceID === undefined || spanID === undefined || flags === undefined) return undefined;
  return { traceID, spanID, flags: parseInt(flags, 16) };
}
