import {
  type Context,
  context,
  type ContextManager,
  ROOT_CONTEXT,
  type Span,
  type SpanStatus,
  trace,
  type Tracer,
} from "@opentelemetry/api";
import { assertEquals } from "@std/assert";
import { CallbackSpans } from "../../src/observe/callback_spans.ts";
import { aCallback } from "../support/callbacks.ts";
import { aChain } from "./watched.ts";

/** The context is the one that was entered last: what is asynchronous is not followed. */
class OneContext implements ContextManager {
  #active: Context = ROOT_CONTEXT;
  active = () => this.#active;
  with: ContextManager["with"] = (entered, work, self, ...args) => {
    const before = this.#active;
    this.#active = entered;
    try {
      return work.call(self as ThisParameterType<typeof work>, ...args);
    } finally {
      this.#active = before;
    }
  };
  bind: ContextManager["bind"] = (_context, target) => target;
  enable = () => this;
  disable = () => this;
}

/** A span that remembers how it ended. */
function aSpan() {
  const said: { attributes: Record<string, unknown>; status?: SpanStatus } = { attributes: {} };
  const span = {
    spanContext: () => ({ traceId: "a".repeat(32), spanId: "b".repeat(16), traceFlags: 1 }),
    isRecording: () => true,
    setAttribute(name: string, value: unknown) {
      said.attributes[name] = value;
      return span;
    },
    setAttributes: () => span,
    setStatus(status: SpanStatus) {
      said.status = status;
      return span;
    },
    updateName: () => span,
    end() {},
  } as unknown as Span;
  return { span, said };
}

Deno.test("a callback's own span says that its deliveries were not stored, whoever is active then", () => {
  context.setGlobalContextManager(new OneContext());
  try {
    const tracer = { startSpan: () => aSpan().span } as unknown as Tracer;
    const spans = new CallbackSpans(tracer, {
      auth: { shownPath: () => "/" },
      mask: (text) => text,
    });
    const [lost, well] = [aSpan(), aSpan()];
    const watchIn = ({ span }: typeof lost) =>
      context.with(trace.setSpan(ROOT_CONTEXT, span), () => {
        return spans.watch(aChain([]), aCallback());
      });
    const watch = watchIn(lost);
    watchIn(well).stored(2);
    context.with(trace.setSpan(ROOT_CONTEXT, well.span), () => {
      watch.stored(4000, new RangeError("the disk is full"));
    });
    assertEquals(lost.said.attributes["error.type"], "RangeError");
    assertEquals(lost.said.status?.message, "deliveries not stored");
    assertEquals(well.said.status, undefined);
  } finally {
    context.disable();
  }
});
