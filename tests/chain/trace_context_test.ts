import { assertEquals } from "@std/assert";
import { parseTraceparent, receivedTrace } from "../../src/chain/trace_context.ts";

const traceID = "0af7651916cd43dd8448eb211c80319c";
const spanID = "b7ad6b7169203331";
const traceparent = `00-${traceID}-${spanID}-01`;

/** What is received of these headers. */
function received(headers: Readonly<Record<string, string>>) {
  return receivedTrace((name) => headers[name]);
}

Deno.test("a request without a trace has none", () => {
  assertEquals(received({}), undefined);
});

Deno.test("a trace is taken as it is written", () => {
  assertEquals(received({ traceparent }), { traceparent });
  const tracestate = "rojo=00f067aa0ba902b7, congo=t61rcWkgMzE";
  assertEquals(received({ traceparent, tracestate }), { traceparent, tracestate });
});

Deno.test("a later version's trace is taken with the parts that it adds", () => {
  const later = `cc-${traceID}-${spanID}-01-what-the-future-holds`;
  assertEquals(received({ traceparent: later }), { traceparent: later });
});

for (
  const [what, value] of Object.entries({
    "of no version": `ff-${traceID}-${spanID}-01`,
    "with a trace of zeros": `00-${"0".repeat(32)}-${spanID}-01`,
    "with a span of zeros": `00-${traceID}-${"0".repeat(16)}-01`,
    "in capitals": traceparent.toUpperCase(),
    "that is cut": traceparent.slice(0, -1),
    "that goes on": `${traceparent}0`,
    "with two values": `${traceparent}, ${traceparent}`,
    "that is empty": "",
  })
) {
  Deno.test(`a traceparent ${what} is none, and its tracestate means nothing`, () => {
    assertEquals(received({ traceparent: value, tracestate: "a=b" }), undefined);
  });
}

for (
  const [what, tracestate] of Object.entries({
    "with a line break": "a=b\r\nx-forged: 1",
    "with other characters than ASCII": "a=é",
    "that is longer than allowed": `a=${"b".repeat(511)}`,
    "that is empty": "",
  })
) {
  Deno.test(`a tracestate ${what} is left out, and the trace goes on`, () => {
    assertEquals(received({ traceparent, tracestate }), { traceparent });
  });
}

Deno.test("a traceparent is taken apart", () => {
  assertEquals(parseTraceparent(traceparent), { traceID, spanID, flags: 1 });
  assertEquals(parseTraceparent(`00-${traceID}-${spanID}-00`)?.flags, 0);
  assertEquals(parseTraceparent("nothing"), undefined);
});
