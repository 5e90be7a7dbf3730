import { assertEquals } from "@std/assert";
import { endOf, recordOf, resultOf } from "../../src/delivery/attempt_end.ts";
import { DeliveryError } from "../../src/delivery/delivery_error.ts";
import { aTarget, type SchedulePart } from "./builders.ts";

const now = 1_754_300_000_000;
const busy = new DeliveryError("503", { retryable: true, status: 503, answer: "busy" });
const refused = new DeliveryError("400", { retryable: false, status: 400, answer: "bad" });
const gone = new DeliveryError("410", { retryable: false, status: 410 });

/** The end of an attempt at a delivery that is as old and was tried as often as is said. */
function ending(
  failure: unknown,
  { age = 0, attempts = 0, shared = false, ...retry }: SchedulePart & {
    age?: number;
    attempts?: number;
    shared?: boolean;
  } = {},
) {
  const schedule = aTarget({ retry: { jitter: "none", ...retry } }).retry;
  return endOf({ createdAt: now - age, attempts: attempts }, { failure, shared }, {
    retry: schedule,
    now,
    random: () => 0.5,
  });
}

Deno.test("an attempt without a failure has delivered", () => {
  assertEquals(ending(undefined), { result: "delivered" });
});

Deno.test("a failure that passes is tried again after the schedule's delay", () => {
  assertEquals(ending(busy, { attempts: 1 }), { result: "retry", retryIn: 2000, error: "503" });
});

Deno.test("no attempt is made later than so long after the callback", () => {
  const maxAge = 10_000;
  assertEquals(ending(busy, { maxAge, age: 9000 }).result, "retry");
  assertEquals(ending(busy, { maxAge, age: 9001 }).result, "dead");
});

Deno.test("what a batch was refused for is nobody's fault yet", () => {
  assertEquals(ending(refused, { shared: true }).result, "kept");
  assertEquals(ending(refused).result, "dead");
});

Deno.test("a target that is gone costs no delivery its attempt, not even the last", () => {
  const end = ending(gone, { attempts: 4 });
  assertEquals(end.result, "kept");
  const record = recordOf({ at: now, duration: 1, failure: gone, shared: false });
  const settlement = resultOf(end, { storeID: 7, attempts: 4 }, record);
  assertEquals(settlement, {
    kind: "retry",
    storeID: 7,
    attempts: 4,
    retryIn: 0,
    error: "410",
    attempt: record,
  });
});

Deno.test("every settlement carries the attempt and counts it", () => {
  const record = recordOf({ at: now, duration: 1, failure: busy, shared: false });
  const kinds = [ending(busy), ending(refused), ending(undefined)].map((end) => {
    const settlement = resultOf(end, { storeID: 1, attempts: 2 }, record);
    return [settlement.kind, settlement.kind === "delivered" ? undefined : settlement.attempts];
  });
  assertEquals(kinds, [["retry", 3], ["dead", 3], ["delivered", undefined]]);
});

Deno.test("the record of an attempt that was taken has its status and answer", () => {
  const record = recordOf({
    at: now,
    duration: 12.6,
    taken: { status: 202, text: "thanks" },
    shared: false,
  });
  assertEquals(record, {
    at: now,
    duration: 13,
    status: 202,
    error: undefined,
    answer: "thanks",
  });
});

Deno.test("the record of an attempt that failed has the reason, and the answer where there was one", () => {
  const failed = (failure: unknown) => recordOf({ at: now, duration: 5, failure, shared: false });
  assertEquals(failed(busy), { at: now, duration: 5, status: 503, error: "503", answer: "busy" });
  assertEquals(failed("no error at all"), {
    at: now,
    duration: 5,
    status: undefined,
    error: "no error at all",
    answer: undefined,
  });
});

Deno.test("a long answer is cut, never within a character", () => {
  const text = `${"x".repeat(1999)}😀 and more`;
  const { answer } = recordOf({
    at: now,
    duration: 1,
    taken: { status: 200, text },
    shared: false,
  });
  assertEquals(answer?.length, 2000);
  assertEquals(answer?.isWellFormed(), true);
});
