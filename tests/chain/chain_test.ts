import { assertEquals, assertInstanceOf, assertStrictEquals } from "@std/assert";
import fc from "fast-check";
import { combine, failedRuleCode, type OnError } from "../../src/chain/combine.ts";
import { fail, type Outcome, override, pass, refuse } from "../../src/chain/outcome.ts";
import { plainContinue } from "../../src/openim/verdict.ts";
import { aCallback } from "../support/callbacks.ts";
import { aDelivery, aLink, noting, run, saying, sayingLater, start } from "./links.ts";

const never = () => false;

Deno.test("an empty chain continues", () => {
  assertEquals(run([]), {
    verdict: plainContinue,
    deliveries: [],
    failures: [],
    duration: 0,
  });
});

Deno.test("links run in order", () => {
  const ran: string[] = [];
  run([noting("a", ran), noting("b", ran), noting("c", ran)]);
  assertEquals(ran, ["a", "b", "c"]);
});

Deno.test("a link waits for the one before it", async () => {
  const ran: string[] = [];
  const first = Promise.withResolvers<Outcome>();
  const result = start([aLink("slow", () => first.promise), noting("next", ran)]);
  assertEquals(ran, []);
  first.resolve(pass());
  await result;
  assertEquals(ran, ["next"]);
});

Deno.test("every link is handed the callback itself", () => {
  const callback = aCallback({ operationID: "op-7" });
  const seen: unknown[] = [];
  const look = aLink("look", (handed) => {
    seen.push(handed);
    return pass();
  });
  run([look, look], { callback });
  assertEquals(seen.length, 2);
  for (const handed of seen) assertStrictEquals(handed, callback);
});

Deno.test("a chain whose links all answer at once answers at once", () => {
  const result = start([saying(pass()), saying(override({ ex: "x" })), saying(refuse(5001, "no"))]);
  assertEquals(result instanceof Promise, false);
});

Deno.test("a chain with one link that waits gives a promise", async () => {
  const result = start([saying(pass()), sayingLater(pass())]);
  assertInstanceOf(result, Promise);
  assertEquals((await result).verdict, plainContinue);
});

Deno.test("a link whose condition is false is passed over", () => {
  const ran: string[] = [];
  run([noting("a", ran, { when: never }), noting("b", ran)]);
  assertEquals(ran, ["b"]);
});

Deno.test("a condition sees the callback", () => {
  const when = ({ operationID }: { operationID: string }) => operationID === "op-7";
  const ran: string[] = [];
  run([noting("a", ran, { when })], { callback: aCallback({ operationID: "op-7" }) });
  run([noting("b", ran, { when })], { callback: aCallback({ operationID: "op-8" }) });
  assertEquals(ran, ["a"]);
});

Deno.test("a refusal skips the links after it", () => {
  const ran: string[] = [];
  run([saying(refuse(5001, "no")), noting("after", ran)]);
  assertEquals(ran, []);
});

Deno.test("a refusal that comes late skips the links after it", async () => {
  const ran: string[] = [];
  await start([sayingLater(refuse(5001, "no")), noting("after", ran)]);
  assertEquals(ran, []);
});

Deno.test("a link marked always runs after a refusal", () => {
  const ran: string[] = [];
  run([saying(refuse(5001, "no")), noting("skipped", ran), noting("log", ran, { always: true })]);
  assertEquals(ran, ["log"]);
});

Deno.test("a link marked always still heeds its condition", () => {
  const ran: string[] = [];
  run([saying(refuse(5001, "no")), noting("log", ran, { always: true, when: never })]);
  assertEquals(ran, []);
});

Deno.test("a refusal by a link marked always does not displace the first", () => {
  const { verdict } = run([
    saying(refuse(5001, "first")),
    saying(refuse(5002, "second"), { always: true }),
  ]);
  assertEquals(verdict, { kind: "refuse", code: 5001, message: "first", detail: "" });
});

Deno.test("an override by a link marked always changes no refusal", () => {
  const { verdict } = run([
    saying(refuse(5001, "first")),
    saying(override({ ex: "x" }), { always: true }),
  ]);
  assertEquals(verdict, { kind: "refuse", code: 5001, message: "first", detail: "" });
});

Deno.test("a failure under onError refuse skips the links after it", () => {
  const ran: string[] = [];
  const { verdict } = run([saying(fail("broken")), noting("after", ran)], { onError: "refuse" });
  assertEquals([verdict.kind, ran], ["refuse", []]);
});

const broken = {
  "throws an error": () => {
    throw new TypeError("broken");
  },
  "throws a text": () => {
    const text: unknown = "broken";
    throw text;
  },
  "rejects with an error": () => Promise.reject(new TypeError("broken")),
  "rejects with a text": () => Promise.reject("broken"),
  "says that it failed": () => fail(new TypeError("broken")),
};

for (const [how, rule] of Object.entries(broken)) {
  Deno.test(`a rule that ${how} fails, and the chain goes on`, async () => {
    const ran: string[] = [];
    const { verdict, failures } = await start([aLink("rule", rule), noting("after", ran)]);
    assertEquals(verdict, plainContinue);
    assertEquals(failures.map(({ name, error }) => [name, error.message]), [["rule", "broken"]]);
    assertEquals(ran, ["after"]);
  });

  Deno.test(`a rule that ${how} refuses under onError refuse`, async () => {
    const { verdict, failures } = await start([aLink("rule", rule)], { onError: "refuse" });
    assertEquals(verdict.kind === "refuse" && verdict.code, failedRuleCode);
    assertEquals(failures.length, 1);
  });
}

Deno.test("a condition that throws fails its link, which then does not run", () => {
  const ran: string[] = [];
  const when = () => {
    throw new RangeError("division by zero");
  };
  const { failures } = run([noting("a", ran, { when }), noting("b", ran)]);
  assertEquals(failures.map(({ name, error }) => [name, error.message]), [
    ["a", "division by zero"],
  ]);
  assertEquals(ran, ["b"]);
});

Deno.test("failures are reported although the chain refuses for another reason", () => {
  const { verdict, failures } = run([saying(fail("broken")), saying(refuse(5001, "no"))]);
  assertEquals([verdict.kind, failures.length], ["refuse", 1]);
});

Deno.test("failures of links marked always are reported after a refusal", () => {
  const { failures } = run([
    saying(refuse(5001, "no")),
    saying(fail("broken"), { always: true, name: "log" }),
  ]);
  assertEquals(failures.map(({ name }) => name), ["log"]);
});

Deno.test("outputs are visible to the rules after", () => {
  let seen: unknown;
  run([
    aLink("count", (_callback, scope) => {
      scope.output("counts", "reads", { "1m": 3n });
      return pass();
    }),
    aLink("look", (_callback, { outputs }) => {
      seen = outputs.counts;
      return pass();
    }),
  ]);
  assertEquals(seen, { reads: { "1m": 3n } });
});

Deno.test("outputs are visible to the conditions after", () => {
  const ran: string[] = [];
  run([
    aLink("count", (_callback, scope) => {
      scope.output("counts", "reads", 3);
      return pass();
    }),
    noting("alert", ran, { when: (_callback, outputs) => outputs.counts !== undefined }),
  ]);
  assertEquals(ran, ["alert"]);
});

Deno.test("two rules may add to one output", () => {
  const counting = (name: string) =>
    aLink(name, (_callback, scope) => {
      scope.output("counts", name, 1);
      return pass();
    });
  let seen: unknown;
  run([
    counting("a"),
    counting("b"),
    aLink("look", (_callback, { outputs }) => {
      seen = outputs.counts;
      return pass();
    }),
  ]);
  assertEquals(seen, { a: 1, b: 1 });
});

Deno.test("one callback's outputs are not the next one's", () => {
  const seen: string[][] = [];
  const links = [aLink("count", (_callback, scope) => {
    seen.push(Object.keys(scope.outputs));
    scope.output("counts", "reads", 3);
    return pass();
  })];
  run(links);
  run(links);
  assertEquals(seen, [[], []]);
});

const delivering = (...ids: string[]) =>
  aLink("forward", (_callback, scope) => {
    for (const id of ids) scope.deliver(aDelivery(id));
    return pass();
  });

Deno.test("deliveries are collected in order, over all links", () => {
  const { deliveries } = run([delivering("d1", "d2"), delivering("d3")]);
  assertEquals(deliveries.map(({ id }) => id), ["d1", "d2", "d3"]);
});

Deno.test("deliveries that were asked for before a refusal are kept", () => {
  const { deliveries } = run([delivering("d1"), saying(refuse(5001, "no")), delivering("d2")]);
  assertEquals(deliveries.map(({ id }) => id), ["d1"]);
});

Deno.test("one callback's deliveries are not the next one's", () => {
  const links = [delivering("d1")];
  run(links);
  assertEquals(run(links).deliveries.length, 1);
});

Deno.test("without a link marked always, the verdict is that of all outcomes combined", () => {
  const outcome: fc.Arbitrary<Outcome> = fc.oneof(
    fc.constant(pass()),
    fc.dictionary(fc.constantFrom("ex", "content"), fc.string()).map(override),
    fc.integer({ min: 1 }).map((code) => refuse(code, "no")),
    fc.string().map(fail),
  );
  const step = fc.record({ outcome, waits: fc.boolean() });
  const policies = fc.constantFrom<OnError>("continue", "refuse");
  return fc.assert(fc.asyncProperty(fc.array(step), policies, async (steps, onError) => {
    const links = steps.map(({ outcome, waits }) => (waits ? sayingLater : saying)(outcome));
    const { verdict } = await start(links, { onError });
    assertEquals(verdict, combine(steps.map(({ outcome }) => outcome), onError));
  }));
});

for (const name of ["constructor", "__proto__", "toString"]) {
  Deno.test(`an output or a member of one named ${name} is one like any other`, () => {
    const seen: unknown[] = [];
    run([
      aLink("put", (_callback, scope) => {
        seen.push(scope.outputs[name]);
        scope.output(name, "polluted", 1);
        scope.output("counts", name, 2);
        return pass();
      }),
      aLink("look", (_callback, { outputs }) => {
        seen.push(outputs[name], (outputs.counts as Record<string, unknown>)[name]);
        return pass();
      }),
    ]);
    assertEquals(seen, [undefined, { polluted: 1 }, 2]);
    assertEquals(Object.hasOwn(Object.prototype, "polluted"), false);
  });
}
