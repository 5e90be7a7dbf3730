import { assertEquals } from "@std/assert";
import { finalVerdict } from "../../src/chain/final_verdict.ts";
import type { AnswerDuties } from "../../src/openim/answer_duties.ts";
import { plainContinue, type Verdict } from "../../src/openim/verdict.ts";
import { aCallback } from "../support/callbacks.ts";
import { noDuties } from "./links.ts";

const refusal: Verdict = { kind: "refuse", code: 5101, message: "no", detail: "" };
const change: Verdict = { kind: "continue", overrides: { ex: "x" } };
const echoing: AnswerDuties = { echo: ["sendID"], guards: {} };

Deno.test("an after-callback continues plainly, whatever the rules decided", () => {
  for (const verdict of [refusal, change, plainContinue]) {
    const final = finalVerdict({ timing: "after", duties: echoing }, aCallback(), verdict);
    assertEquals(final, { verdict: plainContinue, dropped: [] });
  }
});

Deno.test("a refusal stands and echoes what its command owes", () => {
  const final = finalVerdict({ timing: "before", duties: echoing }, aCallback(), refusal);
  assertEquals(final, { verdict: { ...refusal, echo: { sendID: "u1" } }, dropped: [] });
});

Deno.test("a refusal without duties is the very verdict", () => {
  const final = finalVerdict({ timing: "before", duties: noDuties }, aCallback(), refusal);
  assertEquals(final.verdict, refusal);
});

Deno.test("a continue without duties is the verdict as it is", () => {
  for (const verdict of [change, plainContinue]) {
    const final = finalVerdict({ timing: "before", duties: noDuties }, aCallback(), verdict);
    assertEquals(final.verdict, verdict);
  }
});

Deno.test("a continue echoes what its command owes, with the overrides on top", () => {
  const duties = { timing: "before", duties: echoing } as const;
  const continued = (verdict: Verdict) => finalVerdict(duties, aCallback(), verdict).verdict;
  assertEquals(continued(plainContinue), { kind: "continue", overrides: { sendID: "u1" } });
  assertEquals(continued(change), { kind: "continue", overrides: { sendID: "u1", ex: "x" } });
});
