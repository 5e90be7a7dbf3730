import { assertEquals, assertRejects } from "@std/assert";
import type { Chain, Link } from "../src/chain/chain.ts";
import { pass } from "../src/chain/outcome.ts";
import { noDuties, saying } from "./chain/links.ts";
import { type AnswerRequest, RulesInForce } from "../src/rules_in_force.ts";

const request = () => new Request("http://127.0.0.1/");

/** Rules of which each dispose is noted. */
function rules(answer: AnswerRequest, disposes: readonly (() => void)[] = [() => {}]) {
  let disposed = 0;
  const failures: string[] = [];
  const links = disposes.map((dispose, index): Link => ({
    ...saying(pass(), { name: `callbackA[${index}] test` }),
    rule: {
      run: () => pass(),
      dispose() {
        disposed++;
        dispose();
      },
    },
  }));
  const chain: Chain = {
    command: "callbackA",
    timing: "after",
    links,
    onError: "continue",
    budget: 1000,
    duties: noDuties,
  };
  const chains = new Map([["callbackA", chain]]);
  const inForce = new RulesInForce(chains, answer, ({ message }) => void failures.push(message));
  return { inForce, failures, disposed: () => disposed };
}

Deno.test("rules that are not replaced let go of nothing", async () => {
  const { inForce, disposed } = rules(() => new Response("yes"));
  assertEquals(await (await inForce.answer(request())).text(), "yes");
  assertEquals(disposed(), 0);
});

Deno.test("replaced rules that nothing runs with let go at once, and once", async () => {
  const { inForce, disposed } = rules(() => Promise.resolve(new Response("yes")));
  await inForce.answer(request());
  inForce.replaced();
  assertEquals(disposed(), 1);
});

Deno.test("replaced rules let go after the last request under way", async () => {
  const answers = [Promise.withResolvers<Response>(), Promise.withResolvers<Response>()];
  let taken = 0;
  const { inForce, disposed } = rules(() => answers[taken++]!.promise);
  const [one, other] = [inForce.answer(request()), inForce.answer(request())];
  inForce.replaced();
  answers[0]!.resolve(new Response("one"));
  assertEquals([await (await one).text(), disposed()], ["one", 0]);
  answers[1]!.resolve(new Response("other"));
  assertEquals([await (await other).text(), disposed()], ["other", 1]);
});

Deno.test("a request that breaks off counts as ended", async () => {
  const broken = Promise.withResolvers<Response>();
  const { inForce, disposed } = rules(() => broken.promise);
  const answer = Promise.resolve(inForce.answer(request()));
  inForce.replaced();
  broken.reject(new Error("gone"));
  await assertRejects(() => answer, Error, "gone");
  assertEquals(disposed(), 1);
});

Deno.test("a rule that cannot let go is told of and keeps no other from it", () => {
  const fault = () => {
    throw new Error("stuck");
  };
  const { inForce, failures, disposed } = rules(() => new Response(), [fault, () => {}]);
  inForce.replaced();
  assertEquals([failures, disposed()], [["stuck"], 2]);
});
