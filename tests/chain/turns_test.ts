import { assertEquals, assertInstanceOf } from "@std/assert";
import type { LinkTrace } from "../../src/chain/chain.ts";
import { pass } from "../../src/chain/outcome.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { aLink, noting, start } from "./links.ts";

Deno.test("others have their turn between the links of a chain that take long", async () => {
  const ran: string[] = [];
  const clock = new FakeClock();
  const long = aLink("long", () => {
    ran.push("long");
    clock.stall(11);
    return pass();
  });
  setTimeout(() => ran.push("another"));
  const result = start([long, long, noting("last", ran)], { clock, budget: 1000 });
  assertInstanceOf(result, Promise);
  assertEquals(ran, ["long"]);
  await result;
  assertEquals(ran, ["long", "another", "long", "last"]);
});

Deno.test("the time in which others have their turn counts in the budget, and for no link", async () => {
  const ran: string[] = [];
  const traces: LinkTrace[] = [];
  const clock = new FakeClock();
  const long = aLink("long", () => {
    clock.stall(11);
    return pass();
  });
  setTimeout(() => clock.stall(50));
  const inTime = await start([long, noting("next", ran)], {
    ...{ clock, budget: 1000, trace: (trace: LinkTrace) => traces.push(trace) },
  });
  assertEquals(traces.map(({ duration }) => duration), [11, 0]);
  assertEquals([ran, inTime.failures], [["next"], []]);
  setTimeout(() => clock.stall(50));
  const late = await start([long, noting("too late", ran)], {
    ...{ clock, budget: 40, trace: () => {} },
  });
  assertEquals([ran, late.failures.map(({ name }) => name)], [["next"], ["too late"]]);
});
