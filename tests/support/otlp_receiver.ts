import { eventually } from "./eventually.ts";

/** A span as a receiver got it. */
export interface ReceivedSpan {
  readonly name: string;
  readonly traceID: string;
  readonly spanID: string;
  /** Empty for the first span of a trace. */
  readonly parentID: string;
  /** Epoch milliseconds, as is the end. */
  readonly start: number;
  readonly end: number;
  readonly kind: "internal" | "server" | "client" | "other";
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
  /** What went wrong; undefined where nothing did. */
  readonly error: string | undefined;
  /** The IDs of the spans that it is linked with. */
  readonly links: readonly string[];
}

/** A receiver of the OpenTelemetry Protocol over HTTP, in its JSON encoding. */
export interface OTLPReceiver extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** What makes a process of Deno send its telemetry here, soon. */
  readonly env: Record<string, string>;
  readonly spans: readonly ReceivedSpan[];
  /** The text of every request, of traces and of whatever else came. */
  readonly texts: readonly string[];
  /** Resolves with the spans of one trace when there are so many. */
  trace(traceID: string, count: number): Promise<readonly ReceivedSpan[]>;
}

interface ExportTraceServiceRequest {
  readonly resourceSpans: readonly {
    readonly scopeSpans: readonly { readonly spans: readonly Span[] }[];
  }[];
}

interface Span {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly kind: number;
  readonly attributes: readonly {
    readonly key: string;
    readonly value: Readonly<Record<string, string | number | boolean>>;
  }[];
  readonly status: { readonly code?: number; readonly message?: string };
  readonly links: readonly { readonly spanId: string }[];
}

/** The protocol's numbers. */
const kinds: readonly ReceivedSpan["kind"][] = ["other", "internal", "server", "client"];
const errorCode = 2;

/** Starts a receiver: `await using receiver = startOTLPReceiver();` */
export function startOTLPReceiver(): OTLPReceiver {
  const spans: ReceivedSpan[] = [];
  const texts: string[] = [];
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    async (request) => {
      const text = await request.text();
      texts.push(text);
      if (new URL(request.url).pathname === "/v1/traces") spans.push(...spansOf(JSON.parse(text)));
      return Response.json({});
    },
  );
  const { port } = server.addr;
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    port,
    env: {
      OTEL_DENO: "true",
      // as docs/operations.md says
      OTEL_PROPAGATORS: "tracecontext",
      OTEL_EXPORTER_OTLP_ENDPOINT: url,
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
      OTEL_BSP_SCHEDULE_DELAY: "50",
      OTEL_METRIC_EXPORT_INTERVAL: "50",
    },
    spans,
    texts,
    async trace(traceID, count) {
      const own = () => spans.filter((span) => span.traceID === traceID);
      await eventually(`${count} spans of trace ${traceID}`, () => own().length >= count);
      return own();
    },
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

function spansOf({ resourceSpans }: ExportTraceServiceRequest): ReceivedSpan[] {
  return resourceSpans.flatMap(({ scopeSpans }) => scopeSpans)
    .flatMap(({ spans }) => spans).map((span) => ({
      name: span.name,
      traceID: span.traceId,
      spanID: span.spanId,
      parentID: span.parentSpanId,
      start: Number(span.startTimeUnixNano) / 1e6,
      end: Number(span.endTimeUnixNano) / 1e6,
      kind: kinds[span.kind] ?? "other",
      attributes: Object.fromEntries(
        span.attributes.map(({ key, value }) => [key, Object.values(value)[0]!]),
      ),
      error: span.status.code === errorCode ? span.status.message ?? "" : undefined,
      links: span.links.map(({ spanId }) => spanId),
    }));
}
