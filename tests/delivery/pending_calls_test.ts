import { assertEquals, assertRejects } from "@std/assert";
import { CallError, PendingCalls } from "../../src/delivery/pending_calls.ts";

/** Makes so many calls and notes their numbers, as the other thread would see them. */
function calls(count: number) {
  const pending = new PendingCalls();
  const numbers: number[] = [];
  const results = Array.from({ length: count }, () => pending.make((call) => numbers.push(call)));
  return { pending, numbers, results };
}

Deno.test("a call ends when its own reply comes, whatever the order of the replies", async () => {
  const { pending, numbers, results } = calls(2);
  pending.end(numbers[1]!, "the disk is full");
  pending.end(numbers[0]!, undefined);
  await results[0];
  await assertRejects(() => results[1]!, CallError, "the disk is full");
});

Deno.test("a call that is made after others have ended has a number of its own", async () => {
  const { pending, numbers, results } = calls(1);
  pending.end(numbers[0]!, undefined);
  await results[0];
  const next = pending.make((call) => numbers.push(call));
  assertEquals(new Set(numbers).size, 2);
  pending.end(numbers[1]!, undefined);
  await next;
});

Deno.test("a thread that is gone ends every call that waits, and no later reply matters", async () => {
  const { pending, numbers, results } = calls(2);
  const gone = new Error("the thread ended");
  pending.endAll(gone);
  for (const result of results) assertEquals(await assertRejects(() => result), gone);
  pending.end(numbers[0]!, undefined);
});
