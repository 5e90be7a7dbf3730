import { assertEquals } from "@std/assert";
import { ROOT_CONTEXT, trace } from "@opentelemetry/api";
import { contextOf, traceContextOf } from "../../src/observe/span_headers.ts";

const span = {
  traceId: "0af7651916cd43dd8448eb211c80319c",
  spanId: "b7ad6b7169203331",
  traceFlags: 1,
};
const traceparent = `00-${span.traceId}-${span.spanId}-01`;

Deno.test("what belongs to a span says so in the W3C's words", () => {
  assertEquals(traceContextOf(trace.wrapSpanContext(span)), { traceparent });
  const unsampled = trace.wrapSpanContext({ ...span, traceFlags: 0 });
  assertEquals(traceContextOf(unsampled, "a=b"), {
    traceparent: traceparent.replace(/01$/, "00"),
    tracestate: "a=b",
  });
});

Deno.test("a span goes below the one that the headers name", () => {
  assertEquals(trace.getSpanContext(contextOf({ traceparent })), { ...span, isRemote: true });
});

Deno.test("where no headers name one a span has none above it", () => {
  assertEquals(contextOf(undefined), ROOT_CONTEXT);
  assertEquals(contextOf({ traceparent: "nonsense" }), ROOT_CONTEXT);
});
