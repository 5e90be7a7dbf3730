import { assert, assertEquals, assertInstanceOf, assertStringIncludes } from "@std/assert";
import {
  RequestError,
  type RequestProblem,
  requestProblems,
} from "../../src/openim/request_error.ts";

const problems = Object.keys(requestProblems) as RequestProblem[];

Deno.test("every problem has an errCode of its own", () => {
  const codes = problems.map((problem) => requestProblems[problem].code);
  assertEquals(new Set(codes).size, problems.length);
});

Deno.test("every errCode is in the range that OpenIM's documentation reserves", () => {
  const outside = problems.filter((problem) => {
    const { code } = requestProblems[problem];
    return code < 5000 || code > 9999;
  });
  assertEquals(outside, []);
});

Deno.test("every problem has an HTTP status that says error", () => {
  const outside = problems.filter((problem) => {
    const { status } = requestProblems[problem];
    return status < 400 || status > 599;
  });
  assertEquals(outside, []);
});

Deno.test("an error carries the status and the code of its problem", () => {
  const error = new RequestError("unknownCommand", "no plugin");
  assertEquals([error.status, error.code], [404, 5404]);
});

Deno.test("an error's message says what and where", () => {
  const error = new RequestError("invalidField", "sendID: expected a string");
  assertStringIncludes(error.message, requestProblems.invalidField.message);
  assertStringIncludes(error.message, "sendID: expected a string");
});

Deno.test("an error keeps its cause", () => {
  const cause = new SyntaxError("at position 3");
  assertEquals(new RequestError("malformed", "invalid JSON", { cause }).cause, cause);
});

Deno.test("an error carries the trace ID where there is one", () => {
  const traced = new RequestError("malformed", "empty", { operationID: "op-1" });
  const untraced = new RequestError("malformed", "empty");
  assertEquals([traced.operationID, untraced.operationID], ["op-1", undefined]);
});

Deno.test("an error is an Error that knows its name", () => {
  const error = new RequestError("tooLarge", "2 MiB");
  assertInstanceOf(error, Error);
  assertEquals(error.name, "RequestError");
});

Deno.test("a detail does not grow with what was sent", () => {
  const { detail, message } = new RequestError(
    "wrongMethod",
    `the method is ${"X".repeat(60_000)}`,
  );
  assertEquals([detail.length, detail.slice(-6)], [503, "XXX..."]);
  assert(message.length < 600);
});
