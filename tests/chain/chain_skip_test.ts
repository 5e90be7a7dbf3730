import { assertEquals } from "@std/assert";
import { fail, override, pass, refuse, skip } from "../../src/chain/outcome.ts";
import { aDelivery, aLink, noting, run, saying, sayingLater, start } from "./links.ts";

const plain = { kind: "continue", overrides: {} };

Deno.test("the links after a skip do not run", () => {
  const ran: string[] = [];
  run([noting("first", ran), saying(skip()), noting("second", ran), noting("third", ran)]);
  assertEquals(ran, ["first"]);
});

Deno.test("the links after a skip that came later do not run", async () => {
  const ran: string[] = [];
  await start([sayingLater(skip()), noting("next", ran)]);
  assertEquals(ran, []);
});

Deno.test("a link marked always runs after a skip", () => {
  const ran: string[] = [];
  run([saying(skip()), noting("next", ran), noting("log", ran, { always: true })]);
  assertEquals(ran, ["log"]);
});

Deno.test("a link that skips and is passed over by its condition skips nothing", () => {
  const ran: string[] = [];
  run([saying(skip(), { when: () => false }), noting("next", ran)]);
  assertEquals(ran, ["next"]);
});

Deno.test("a skip continues", () => {
  assertEquals(run([saying(skip()), saying(refuse(5001, "no"))]).verdict, plain);
});

Deno.test("overrides from before a skip stay", () => {
  const { verdict } = run([saying(override({ ex: "x" })), saying(skip())]);
  assertEquals(verdict, { kind: "continue", overrides: { ex: "x" } });
});

Deno.test("a refusal by a link marked always counts after a skip", () => {
  const { verdict } = run([saying(skip()), saying(refuse(5001, "no"), { always: true })]);
  assertEquals(verdict.kind, "refuse");
});

Deno.test("deliveries and failures from before a skip stay", () => {
  const delivering = aLink("forward", (_callback, scope) => {
    scope.deliver(aDelivery("d1"));
    return pass();
  });
  const { deliveries, failures } = run([
    delivering,
    saying(fail("broken"), { name: "log" }),
    saying(skip()),
  ]);
  assertEquals(deliveries.map(({ id }) => id), ["d1"]);
  assertEquals(failures.map(({ name }) => name), ["log"]);
});
