import { assertEquals } from "@std/assert";
import { describeBrokenJson } from "../../src/openim/json_problem.ts";

Deno.test("broken JSON is told by place and kind, without the text itself", () => {
  assertEquals(
    describeBrokenJson('{"secret":hunter2}'),
    "invalid JSON at character 11: invalid symbol",
  );
});

Deno.test("JSON that is nested too deeply for the parser is told and does not throw", () => {
  assertEquals(describeBrokenJson("[".repeat(100_000)), "invalid JSON: nested too deeply");
});
