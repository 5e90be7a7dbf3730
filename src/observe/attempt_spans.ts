import {
  type Attributes,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
} from "@opentelemetry/api";
import type { NewDelivery } from "../chain/deliveries.ts";
import { DeliveryError } from "../delivery/delivery_error.ts";
import type { StoredDelivery } from "../delivery/outbox.ts";
import type { Post, PostedDelivery, TakenAnswer } from "../delivery/post.ts";
import type { Target } from "../delivery/target.ts";
import { contextOf, traceContextOf } from "./span_headers.ts";
import { attributes } from "./tracer.ts";

/**
 * The same posting with a span for each attempt, if there is a tracer; the target gets its context.
 * The span belongs to the trace of the delivery's callback, however much later it is made. A batch
 * is one request with a trace of its own. The attempts at its deliveries are spans of their own
 * traces, linked with it. Of a target's URL only the host is named: the rest may be a secret.
 */
export function tracedPost(post: Post, tracer: Tracer | undefined): Post {
  if (tracer === undefined) return post;
  const spans = new AttemptSpans(tracer);
  return async (delivery, target, options) => {
    const { id, batch } = delivery;
    const { request, all } = batch !== undefined && batch.length > 1
      ? spans.ofBatch(id, batch, target)
      : spans.ofOne(delivery, target, options.attempt);
    const trace = traceContextOf(request, delivery.trace?.tracestate);
    try {
      const answer = await post({ ...delivery, trace }, target, options);
      taken(all, answer);
      return answer;
    } catch (error) {
      failed(all, error);
      throw error;
    }
  };
}

/** The spans of one request. */
interface RequestSpans {
  /** The one whose context the target gets. */
  readonly request: Span;
  readonly all: readonly Span[];
}

class AttemptSpans {
  readonly #tracer: Tracer;

  constructor(tracer: Tracer) {
    this.#tracer = tracer;
  }

  ofOne(delivery: PostedDelivery, target: Target, attempt: number): RequestSpans {
    const [only] = delivery.batch ?? [];
    const request = this.#attempt(only ?? delivery, target, attempt);
    if (only !== undefined) request.setAttribute(attributes.batch, delivery.id);
    return { request, all: [request] };
  }

  ofBatch(
    id: string,
    deliveries: readonly StoredDelivery[],
    target: Target,
  ): RequestSpans {
    const attempts = deliveries.map((delivery) =>
      this.#attempt(delivery, target, delivery.attempts + 1).setAttribute(attributes.batch, id)
    );
    const request = this.#tracer.startSpan(`batch ${target.name}`, {
      kind: SpanKind.CLIENT,
      attributes: {
        ...requestAttributes(target),
        [attributes.batch]: id,
        [attributes.batchSize]: deliveries.length,
      },
      links: attempts.map((attempt) => ({ context: attempt.spanContext() })),
    }, ROOT_CONTEXT);
    for (const attempt of attempts) attempt.addLink({ context: request.spanContext() });
    return { request, all: [request, ...attempts] };
  }

  #attempt(
    { id, command, operationID, trace }: NewDelivery,
    target: Target,
    attempt: number,
  ): Span {
    return this.#tracer.startSpan(`deliver ${target.name}`, {
      kind: SpanKind.CLIENT,
      attributes: {
        ...requestAttributes(target),
        [attributes.command]: command,
        [attributes.operationID]: operationID,
        [attributes.delivery]: id,
        [attributes.attempt]: attempt,
        ...attempt > 1 && { "http.request.resend_count": attempt - 1 },
      },
    }, contextOf(trace));
  }
}

function requestAttributes({ name, url }: Target): Attributes {
  const facts = { "http.request.method": "POST", [attributes.target]: name };
  const to = URL.parse(url);
  if (to === null) return facts;
  const usual = to.protocol === "https:" ? 443 : 80;
  return {
    ...facts,
    "server.address": to.hostname,
    "server.port": to.port === "" ? usual : Number(to.port),
  };
}

function taken(spans: readonly Span[], { status }: TakenAnswer): void {
  for (const span of spans) span.setAttribute("http.response.status_code", status).end();
}

function failed(spans: readonly Span[], error: unknown): void {
  const { status, message } = error instanceof DeliveryError
    ? error
    : { status: undefined, message: String(error) };
  for (const span of spans) {
    if (status !== undefined) span.setAttribute("http.response.status_code", status);
    span.setAttribute("error.type", status === undefined ? typeOf(error) : String(status));
    span.setStatus({ code: SpanStatusCode.ERROR, message }).end();
  }
}

/** What kept a request from being answered, by the system's own name if it has one. */
function typeOf(error: unknown): string {
  if (!(error instanceof Error)) return "_OTHER";
  const { code } = (error.cause ?? {}) as { readonly code?: unknown };
  return typeof code === "string" ? code : error.name;
}
