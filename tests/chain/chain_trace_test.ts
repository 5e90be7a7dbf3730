import { assertEquals } from "@std/assert";
import type { Link, LinkTrace } from "../../src/chain/chain.ts";
import { fail, override, pass, refuse, skip } from "../../src/chain/outcome.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { aLink, hanging, type RunParts, saying, sayingLater, start } from "./links.ts";

/** Runs links and returns what was told of each. */
async function tracesOf(links: readonly Link[], parts: RunParts = {}): Promise<LinkTrace[]> {
  const traces: LinkTrace[] = [];
  await start(links, { ...parts, trace: (trace) => traces.push(trace) });
  return traces;
}

Deno.test("every link is told of once, in order, with its outcome", async () => {
  const outcomes = [pass(), override({ ex: "x" }), fail("broken"), refuse(5001, "no")];
  const traces = await tracesOf(outcomes.map((outcome) => saying(outcome)));
  assertEquals(traces.map(({ name, outcome }) => [name, outcome]), [
    ["pass", outcomes[0]],
    ["override", outcomes[1]],
    ["fail", outcomes[2]],
    ["refuse", outcomes[3]],
  ]);
});

Deno.test("a link that ran has no reason for being skipped", async () => {
  const [trace] = await tracesOf([saying(pass())]);
  assertEquals(trace?.skipped, undefined);
});

Deno.test("a link with a false condition is told of as skipped by it", async () => {
  const [trace] = await tracesOf([saying(pass(), { name: "alert", when: () => false })]);
  assertEquals(trace, {
    name: "alert",
    use: "pass",
    outcome: undefined,
    skipped: "when",
    duration: 0,
  });
});

Deno.test("a link after a refusal is told of as skipped by it", async () => {
  const traces = await tracesOf([saying(refuse(5001, "no")), saying(pass(), { name: "next" })]);
  assertEquals(traces[1], {
    name: "next",
    use: "pass",
    outcome: undefined,
    skipped: "refused",
    duration: 0,
  });
});

Deno.test("a link after a skip is told of as stopped by it", async () => {
  const traces = await tracesOf([saying(skip()), saying(pass(), { name: "next" })]);
  assertEquals(traces[1], {
    name: "next",
    use: "pass",
    outcome: undefined,
    skipped: "stopped",
    duration: 0,
  });
});

Deno.test("what cut the chain short first is the reason for all that follows", async () => {
  const always = { always: true };
  const skippedFirst = await tracesOf([
    saying(skip()),
    saying(refuse(5001, "no"), always),
    saying(pass()),
  ]);
  const refusedFirst = await tracesOf([
    saying(refuse(5001, "no")),
    saying(skip(), always),
    saying(pass()),
  ]);
  assertEquals([skippedFirst[2]?.skipped, refusedFirst[2]?.skipped], ["stopped", "refused"]);
});

Deno.test("a link marked always with a false condition is skipped by the condition", async () => {
  const traces = await tracesOf([
    saying(refuse(5001, "no")),
    saying(pass(), { always: true, when: () => false }),
  ]);
  assertEquals(traces[1]?.skipped, "when");
});

Deno.test("a link that waits is told of with the outcome it came to", async () => {
  const traces = await tracesOf([sayingLater(override({ ex: "x" })), sayingLater(pass())]);
  assertEquals(traces.map(({ outcome }) => outcome?.kind), ["override", "pass"]);
});

Deno.test("each link's duration is its own", async () => {
  const clock = new FakeClock();
  const taking = (milliseconds: number) =>
    aLink(`${milliseconds} ms`, () => {
      clock.advance(milliseconds);
      return pass();
    });
  const traces = await tracesOf([taking(20), taking(5)], { clock });
  assertEquals(traces.map(({ duration }) => duration), [20, 5]);
});

Deno.test("a traced chain's duration is that of all its links", async () => {
  const clock = new FakeClock();
  const link = aLink("7 ms", () => {
    clock.advance(7);
    return pass();
  });
  const { duration } = await start([link, link], { clock, trace: () => {} });
  assertEquals(duration, 14);
});

Deno.test("a waiting link's duration lasts until its answer", async () => {
  const clock = new FakeClock();
  const { link, late } = hanging();
  const traces = tracesOf([link], { clock });
  clock.advance(30);
  late.resolve(pass());
  assertEquals((await traces)[0]?.duration, 30);
});

Deno.test("a link that hangs is told of as failed, with the whole budget as its duration", async () => {
  const clock = new FakeClock();
  const traces = tracesOf([hanging().link], { clock, budget: 100 });
  clock.advance(100);
  const [trace] = await traces;
  assertEquals([trace?.outcome?.kind, trace?.duration], ["fail", 100]);
});
