import { assertEquals } from "@std/assert";
import type { Chain, Link } from "../../src/chain/chain.ts";
import { pass } from "../../src/chain/outcome.ts";
import { ChainsInForce } from "../../src/runtime/chains_in_force.ts";
import { noDuties, saying } from "../chain/links.ts";

/** Chains of which each dispose is noted. */
function chainsInForce(disposes: readonly (() => void)[] = [() => {}]) {
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
  const inForce = new ChainsInForce(
    new Map([["callbackA", chain]]),
    ({ message }) => void failures.push(message),
  );
  let ended = 0;
  const replace = () => inForce.replaced(() => void ended++);
  return { inForce, failures, replace, disposed: () => disposed, ended: () => ended };
}

Deno.test("chains that are not replaced are not disposed", () => {
  const { inForce, disposed } = chainsInForce();
  inForce.begin();
  inForce.end();
  assertEquals(disposed(), 0);
});

Deno.test("replaced chains that nothing runs with are disposed at once, and once", () => {
  const { inForce, replace, disposed } = chainsInForce();
  inForce.begin();
  inForce.end();
  replace();
  assertEquals(disposed(), 1);
});

Deno.test("replaced chains are disposed after the last request under way", () => {
  const { inForce, replace, disposed, ended } = chainsInForce();
  inForce.begin();
  inForce.begin();
  replace();
  assertEquals([disposed(), ended()], [0, 0]);
  inForce.end();
  assertEquals([disposed(), ended()], [0, 0]);
  inForce.end();
  assertEquals([disposed(), ended()], [1, 1]);
});

Deno.test("a rule that cannot be disposed is reported and keeps no other from it", () => {
  const fault = () => {
    throw new Error("stuck");
  };
  const { replace, failures, disposed } = chainsInForce([fault, () => {}]);
  replace();
  assertEquals([failures, disposed()], [["stuck"], 2]);
});

Deno.test("chains are disposed once, even if a request comes after they were replaced", () => {
  const { inForce, replace, disposed, ended } = chainsInForce();
  replace();
  inForce.begin();
  inForce.end();
  assertEquals([disposed(), ended()], [1, 1]);
});
