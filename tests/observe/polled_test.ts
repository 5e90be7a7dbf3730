import { assertEquals, assertRejects } from "@std/assert";
import { polled, PollTimeout } from "../../src/observe/polled.ts";
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

Deno.test("an answer that does not come in time is an error, and is asked for again", async () => {
  const clock = new FakeClock();
  const answers = [new Promise<string>(() => {}), Promise.resolve("there")];
  const look = polled(() => answers.shift()!, settings, clock);
  const first = look();
  clock.advance(2000);
  await assertRejects(() => first, PollTimeout, "no answer within 2000 ms");
  assertEquals(await look(), "there");
});

Deno.test("an answer leaves no timer behind, nor does a failure", async () => {
  const clock = new FakeClock();
  await polled(() => Promise.resolve(1), settings, clock)();
  await assertRejects(() => polled(() => Promise.reject(new Error("down")), settings, clock)());
  assertEquals(clock.timers, 0);
});
