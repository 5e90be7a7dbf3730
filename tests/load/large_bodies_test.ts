import { assert, assertInstanceOf } from "@std/assert";
import { CallbackReading } from "../../src/expressions/callback_reading.ts";
import { CelScope } from "../../src/expressions/cel_scope.ts";
import { leastSteps, mostSteps } from "../../src/expressions/work.ts";
import { createDecoder } from "../../src/openim/decode.ts";
import { aCallback } from "../support/callbacks.ts";
import {
  groupMessage,
  groupMessageRequest,
  largeBodies,
  twentyConditions,
} from "../support/large_bodies.ts";

const scope = CelScope.of(groupMessageRequest);
const conditions = twentyConditions.map((source) => scope.compile(source));
const decode = createDecoder({
  find: () => ({ command: groupMessage, request: groupMessageRequest, guards: {}, echo: [] }),
  suggest: () => undefined,
  newOperationID: () => "op-1",
  now: () => 0,
});

function timeOf(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

/** How long all steps of a callback take, of a kind that an expression is mostly made of. */
function timeOfAllSteps(): number {
  const endless = scope.compile("atUserList.all(u, atUserList.all(v, u != '' || v != ''))");
  const atUserList = Array.from({ length: 4000 }, (_, index) => `user${index}`);
  const callback = aCallback({ request: { atUserList } });
  return timeOf(() => tried(() => endless.evaluate(callback, {})));
}

function tried(evaluate: () => unknown): void {
  try {
    evaluate();
  } catch (error) {
    assertInstanceOf(error, Error);
  }
}

const quickest = (measure: () => number) => Math.min(measure(), measure());
const allSteps = quickest(timeOfAllSteps);

for (const [kind, body] of Object.entries(largeBodies)) {
  Deno.test(`twenty conditions on 1 MiB of ${kind} take about as long as the steps of a callback`, () => {
    assert(body.length > 500_000 && body.length <= 2 ** 20, `${body.length} characters`);
    const incoming = { path: `/${groupMessage}`, commandParameter: undefined, body };
    const took = () =>
      timeOf(() => {
        const { callback } = decode({ ...incoming, header: () => undefined });
        for (const { evaluate } of conditions) tried(() => evaluate(callback, {}));
        const { left } = CallbackReading.of(callback).work;
        assert(left <= mostSteps && left > -2 * mostSteps - conditions.length * leastSteps);
      });
    const ratio = quickest(took) / allSteps;
    // most take 1 to 4 times as long
    assert(ratio < 15, `${ratio} times as long`);
  });
}
