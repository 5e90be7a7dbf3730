import {
  type Context,
  context,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
  type Tracer,
} from "@opentelemetry/api";
import type { MiddlewareHandler } from "hono";
import type { Chain, LinkTrace } from "../chain/chain.ts";
import {
  parseTraceparent,
  type ReadHeader,
  receivedTrace,
  type TraceContext,
} from "../chain/trace_context.ts";
import type { Outcome } from "../chain/outcome.ts";
import { StoreTimeout } from "../http/answer_callback.ts";
import type { CallbackWatch, CallbackWatcher } from "../http/callback_watch.ts";
import type { CallerAuth } from "../http/auth/caller_auth.ts";
import type { Callback } from "../openim/callback.ts";
import { withoutQuotes } from "../openim/message_text_fields.ts";
import { unwatched } from "./callback_watchers.ts";
import type { RouterEvents } from "./events.ts";
import { contextOf, traceContextOf } from "./span_headers.ts";
import { attributes, isSampled } from "./tracer.ts";

/** The methods that HTTP defines; any other is one name, since callers make them up. */
const methods = new Set("CONNECT DELETE GET HEAD OPTIONS PATCH POST PUT TRACE".split(" "));

/** How a rule failed, as a span may show it. */
interface Failure {
  readonly type: string;
  readonly says: string;
}

/** The most of a path that a span holds, characters. */
const pathLimit = 200;

/** What spans are made with. */
export interface CallbackSpansContext {
  readonly auth: Pick<CallerAuth, "shownPath">;
  /** Hides secrets in what an error says: it may quote whatever a target was sent. */
  readonly mask: (text: string) => string;
}

/**
 * Makes a span for each request of the callback listener, and below it one for each rule that ran
 * and one for the storing of deliveries. The span continues the caller's trace. It contains no text
 * of a message and no secret: the path is shown as the log shows it.
 */
export class CallbackSpans implements CallbackWatcher {
  readonly #tracer: Tracer;
  readonly #auth: Pick<CallerAuth, "shownPath">;
  readonly #mask: (text: string) => string;

  constructor(tracer: Tracer, { auth, mask }: CallbackSpansContext) {
    this.#tracer = tracer;
    this.#auth = auth;
    this.#mask = mask;
  }

  /** Answers each request within a span. */
  readonly around: MiddlewareHandler = (c, next) => {
    const parent = contextOf(receivedTrace((name) => c.req.header(name)));
    const span = this.#begin(c.req.raw, parent);
    return context.with(trace.setSpan(parent, span), async () => {
      try {
        await next();
        answered(span, c.res);
      } catch (error) {
        brokenOff(span, error);
      }
    });
  };

  /** Watches callbacks within their spans. */
  watch(_chain: Chain, callback: Callback): CallbackWatch {
    const span = trace.getActiveSpan();
    return span === undefined || !isSampled(span) ? unwatched : this.#watch(callback, span);
  }

  /** The same events, which the span in which they happen shows as well. */
  reporting(events: RouterEvents): RouterEvents {
    return {
      ...events,
      turnedAway(error, request) {
        trace.getActiveSpan()?.setAttributes({
          "error.type": error.problem,
          "client.address": request.caller,
          [attributes.operationID]: request.operationID,
        });
        events.turnedAway(error, request);
      },
    };
  }

  /** The trace that what a callback sends belongs to: that of its span. */
  readonly traceOf = (header: ReadHeader): TraceContext | undefined => {
    const span = trace.getActiveSpan();
    const received = receivedTrace(header);
    if (span === undefined) return received;
    // tracestate belongs to its own trace: it is handed on only with that trace
    const continued = received !== undefined &&
      parseTraceparent(received.traceparent)?.traceID === span.spanContext().traceId;
    return traceContextOf(span, continued ? received.tracestate : undefined);
  };

  #begin(request: Request, parent: Context): Span {
    const method = methods.has(request.method) ? request.method : undefined;
    const span = this.#tracer.startSpan(method ?? "HTTP", { kind: SpanKind.SERVER }, parent);
    if (!isSampled(span)) return span;
    return span.setAttributes({
      "http.request.method": method ?? "_OTHER",
      "url.scheme": request.url.slice(0, request.url.indexOf(":")),
      "url.path": this.#auth.shownPath(request).slice(0, pathLimit),
    });
  }

  #watch(callback: Callback, span: Span): CallbackWatch {
    const { command, operationID, request } = callback;
    const within = context.active();
    span.updateName(`POST ${command}`);
    span.setAttributes({
      [attributes.command]: command,
      [attributes.operationID]: operationID,
    });
    return {
      link: (trace) => {
        if (trace.outcome === undefined) return;
        const { outcome } = trace;
        const failure = outcome.kind === "fail"
          ? {
            type: outcome.error.name,
            says: this.#mask(withoutQuotes(outcome.error.message, request)),
          }
          : undefined;
        this.#ran(trace, { kind: outcome.kind, failure }, within);
      },
      decided(verdict) {
        span.setAttribute(attributes.verdict, verdict.kind);
        if (verdict.kind === "refuse") span.setAttribute(attributes.code, verdict.code);
      },
      stored: (duration, error) => {
        if (error !== undefined) {
          span.setAttribute("error.type", error.name)
            .setStatus({
              code: SpanStatusCode.ERROR,
              message: error instanceof StoreTimeout
                ? "deliveries not stored in time"
                : "deliveries not stored",
            });
        }
        this.#past("store deliveries", duration, within, {});
      },
    };
  }

  #ran(
    { name, use, duration }: LinkTrace,
    { kind, failure }: { readonly kind: Outcome["kind"]; readonly failure: Failure | undefined },
    within: Context,
  ): void {
    this.#past(`rule ${use}`, duration, within, {
      [attributes.rule]: name,
      [attributes.use]: use,
      [attributes.outcome]: kind,
    }, failure);
  }

  /** A span of something that has just ended and took `duration` milliseconds. */
  #past(
    name: string,
    duration: number,
    within: Context,
    attributes: Readonly<Record<string, string>>,
    failure?: Failure,
  ): void {
    const end = exactNow();
    const span = this.#tracer.startSpan(name, { startTime: end - duration, attributes }, within);
    if (failure !== undefined) {
      span.setAttribute("error.type", failure.type);
      span.setStatus({ code: SpanStatusCode.ERROR, message: failure.says });
    }
    span.end(end);
  }
}

function answered(span: Span, { status }: Response): void {
  span.setAttribute("http.response.status_code", status);
  if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}

function brokenOff(span: Span, error: unknown): never {
  span.setAttribute("error.type", error instanceof Error ? error.name : "_OTHER");
  span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
  throw error;
}

/** Epoch milliseconds with their fractions, as Deno's own spans have them; `Date` has none. */
function exactNow(): number {
  return Number(Temporal.Now.instant().epochNanoseconds) / 1e6;
}
