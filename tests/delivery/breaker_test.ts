import { assertEquals } from "@std/assert";
import { Breaker, type BreakerChange } from "../../src/delivery/breaker.ts";
import { FakeClock } from "../support/fake_clock.ts";

function aBreaker({ failures = 3, pause = 1000, longest = 3000 } = {}) {
  const clock = new FakeClock();
  const changes: BreakerChange[] = [];
  const breaker = new Breaker(
    { failures, pause, longest },
    clock,
    (change) => void changes.push(change),
  );
  return {
    breaker,
    clock,
    changes,
    states: () => changes.map(({ state }) => state),
    fail(times = 1) {
      for (let time = 0; time < times; time++) breaker.failed(breaker.begin());
    },
  };
}

Deno.test("a breaker opens after so many failures in a row, and says how many and for how long", () => {
  const { breaker, changes, fail } = aBreaker();
  fail(2);
  assertEquals([breaker.wait, changes.length], [0, 0]);
  fail();
  assertEquals(breaker.wait, 1000);
  assertEquals(changes, [{ state: "open", failures: 3, pause: 1000 }]);
});

Deno.test("a success between the failures starts the count again", () => {
  const { breaker, fail } = aBreaker();
  fail(2);
  breaker.succeeded();
  fail(2);
  assertEquals([breaker.wait, breaker.open], [0, false]);
});

Deno.test("after the pause one attempt probes, and no other may begin", () => {
  const { breaker, clock, states, fail } = aBreaker();
  fail(3);
  clock.advance(999);
  assertEquals(breaker.wait, 1);
  clock.advance(1);
  assertEquals(breaker.wait, 0);
  assertEquals(breaker.begin(), { probe: true });
  assertEquals(breaker.wait, Infinity);
  assertEquals(states(), ["open", "probing"]);
});

Deno.test("a probe that succeeds closes the breaker", () => {
  const { breaker, clock, states, fail } = aBreaker();
  fail(3);
  clock.advance(1000);
  breaker.begin();
  breaker.succeeded();
  assertEquals([breaker.wait, breaker.open], [0, false]);
  assertEquals(states(), ["open", "probing", "closed"]);
  fail(2);
  assertEquals(breaker.open, false);
});

Deno.test("every probe that fails doubles the pause, up to the longest", () => {
  const { breaker, clock, fail } = aBreaker();
  fail(3);
  const pauses = [breaker.wait];
  for (let probe = 0; probe < 3; probe++) {
    clock.advance(breaker.wait);
    fail();
    pauses.push(breaker.wait);
  }
  assertEquals(pauses, [1000, 2000, 3000, 3000]);
});

Deno.test("a breaker that was closed begins with the first pause again", () => {
  const { breaker, clock, fail } = aBreaker();
  fail(3);
  clock.advance(1000);
  fail();
  clock.advance(2000);
  breaker.begin();
  breaker.succeeded();
  fail(3);
  assertEquals(breaker.wait, 1000);
});

Deno.test("what began before the breaker opened cannot open it for longer", () => {
  const { breaker, clock, changes, fail } = aBreaker();
  const early = breaker.begin();
  fail(3);
  clock.advance(400);
  breaker.failed(early);
  assertEquals([breaker.wait, changes.length], [600, 1]);
  clock.advance(600);
  breaker.begin();
  breaker.failed(early);
  assertEquals(breaker.wait, Infinity);
});

Deno.test("what began before the breaker opened and succeeds closes it", () => {
  const { breaker, fail } = aBreaker();
  breaker.begin();
  fail(3);
  breaker.succeeded();
  assertEquals(breaker.wait, 0);
});

Deno.test("a probe that says nothing leaves the place to another", () => {
  const { breaker, clock, fail } = aBreaker();
  fail(3);
  clock.advance(1000);
  breaker.undecided(breaker.begin());
  assertEquals([breaker.wait, breaker.open], [0, true]);
});

Deno.test("a wall clock that is set neither opens nor closes a breaker", () => {
  const { breaker, clock, fail } = aBreaker();
  fail(3);
  clock.jump(clock.now() + 86_400_000);
  assertEquals(breaker.wait, 1000);
});

Deno.test("its state is closed, then open, then half open until a probe has ended", () => {
  const { breaker, clock, fail } = aBreaker();
  assertEquals(breaker.state, "closed");
  fail(3);
  assertEquals(breaker.state, "open");
  clock.advance(1000);
  assertEquals(breaker.state, "halfOpen", "the next attempt decides");
  const probe = breaker.begin();
  assertEquals(breaker.state, "halfOpen");
  breaker.failed(probe);
  assertEquals(breaker.state, "open");
  clock.advance(2000);
  breaker.begin();
  breaker.succeeded();
  assertEquals(breaker.state, "closed");
});

Deno.test("the pause of an open breaker can be ended, and the next attempt is its probe", () => {
  const { breaker, fail } = aBreaker();
  assertEquals(breaker.endPause(), false, "it is closed");
  fail(3);
  assertEquals(breaker.endPause(), true);
  assertEquals([breaker.wait, breaker.state], [0, "halfOpen"]);
  assertEquals(breaker.begin().probe, true);
  assertEquals(breaker.endPause(), false, "the probe is under way");
});
