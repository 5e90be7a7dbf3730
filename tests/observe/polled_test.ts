import { assertEquals, assertRejects } from "@std/assert";
import { polled } from "../../src/observe/polled.ts";
import { DeadlineError } from "../../src/values/deadline.ts";
import { FakeClock } from "../support/fake_clock.ts";

const settings = { holds: 1000, within: 2000 };

Deno.test("however often is looked, the other part is asked once while an answer holds", async () => {
  const clock = new FakeClock();
  let asked = 0;
  const look = polled(() => Promise.resolve(++asked), settings, clock);
  assertEquals(await Promise.all([look(), look()]), [1, 1]);
  clock.advance(999);
  assertEquals(await look(), 1);
  clock.advance(1);
  assertEquals(await look(), 2);
});

Deno.test("an answer that does not come in time is an error, and is waited for, not asked again", async () => {
  const clock = new FakeClock();
  const late = Promise.withResolvers<string>();
  let asked = 0;
  const look = polled(
    () => {
      asked++;
      return late.promise;
    },
    settings,
    clock,
  );
  const first = look();
  clock.advance(2000);
  await assertRejects(() => first, DeadlineError, "no answer within 2000 ms");
  const second = look();
  late.resolve("there");
  assertEquals(await second, "there");
  assertEquals(asked, 1);
  clock.advance(1000);
  await look();
  assertEquals(asked, 2);
});

Deno.test("what failed is asked again as soon as its failure does not hold any more", async () => {
  const clock = new FakeClock();
  const answers = [Promise.reject(new Error("down")), Promise.resolve("up")];
  const look = polled(() => answers.shift()!, settings, clock);
  await assertRejects(look, Error, "down");
  await assertRejects(look, Error, "down");
  clock.advance(1000);
  assertEquals(await look(), "up");
});

Deno.test("an answer leaves no timer behind, nor does a failure", async () => {
  const clock = new FakeClock();
  await polled(() => Promise.resolve(1), settings, clock)();
  await assertRejects(() => polled(() => Promise.reject(new Error("down")), settings, clock)());
  assertEquals(clock.timers, 0);
});
