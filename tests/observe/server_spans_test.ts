import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { leaveOutServerSpans, ServerSpansError } from "../../src/observe/server_spans.ts";
import { openTracer } from "../../src/observe/tracer.ts";

// the tests run in a Deno that was not told to trace
Deno.test("a Deno whose own spans cannot be left out is refused, with the remedy", () => {
  const { message } = assertThrows(() => leaveOutServerSpans(Object.create({})), ServerSpansError);
  assertStringIncludes(message, "use Deno 2.9.6, or do without OTEL_DENO");
});

Deno.test("where Deno was not told to trace there is no tracer", () => {
  assertEquals(openTracer(), undefined);
});
