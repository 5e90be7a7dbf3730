import { assert } from "@std/assert";
import { answerCondition } from "../../src/expressions/answer_condition.ts";
import { mostSteps } from "../../src/expressions/work.ts";

Deno.test("each answer of a target has all the steps, however many there were before", () => {
  const isTaken = answerCondition("answer.items.all(item, item.ok)");
  const items = 3000;
  const text = JSON.stringify({ items: Array.from({ length: items }, () => ({ ok: true })) });
  // each item takes several steps, so that together they take more than one callback may
  for (let asked = 0; asked * items <= mostSteps; asked++) {
    assert(isTaken({ status: 200, headers: {}, text }));
  }
});
