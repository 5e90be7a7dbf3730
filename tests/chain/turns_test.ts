import { assertEquals, assertInstanceOf } from "@std/assert";
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
