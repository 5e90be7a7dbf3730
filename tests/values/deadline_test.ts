import { assertEquals, assertRejects } from "@std/assert";
import { deadline, DeadlineError } from "../../src/values/deadline.ts";
import { FakeClock } from "../support/fake_clock.ts";

const limits = (clock: FakeClock) => ({ within: 1000, message: "no answer", clock });

Deno.test("work that ends in time gives its result, or its own error", async () => {
  const clock = new FakeClock();
  assertEquals(await deadline(Promise.resolve(5), limits(clock)), 5);
  await assertRejects(
    () => deadline(Promise.reject(new RangeError("own")), limits(clock)),
    RangeError,
  );
});

Deno.test("work that takes longer is given up with the message", async () => {
  const clock = new FakeClock();
  const late = deadline(new Promise<never>(() => {}), limits(clock));
  clock.advance(999);
  assertEquals(await Promise.race([late, Promise.resolve("waits")]), "waits");
  clock.advance(1);
  await assertRejects(() => late, DeadlineError, "no answer");
});

Deno.test("an error of work that was given up is nobody's", async () => {
  const clock = new FakeClock();
  const { promise, reject } = Promise.withResolvers<never>();
  const late = deadline(promise, limits(clock));
  clock.advance(1000);
  await assertRejects(() => late, DeadlineError);
  reject(new Error("too late to matter"));
});
