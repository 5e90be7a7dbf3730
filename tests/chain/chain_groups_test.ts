import { assertEquals } from "@std/assert";
import type { Branch, Link, LinkTrace } from "../../src/chain/chain.ts";
import { pass, refuse } from "../../src/chain/outcome.ts";
import { aLink, noting, run, saying } from "./links.ts";

const branch = (when: Branch["when"]): Branch => ({ name: "group", when });
const always: Partial<Link> = { always: true };

/** A link on each side of a branch, and one after both. */
function sides(condition: Branch, ran: string[]): readonly Link[] {
  return [
    noting("then", ran, { within: [{ branch: condition, taken: true }] }),
    noting("else", ran, { within: [{ branch: condition, taken: false }] }),
    noting("after", ran),
  ];
}

for (const [value, side] of [[true, "then"], [false, "else"]] as const) {
  Deno.test(`a group whose condition is ${value} runs its ${side}, and the chain goes on`, () => {
    const ran: string[] = [];
    run(sides(branch(() => value), ran));
    assertEquals(ran, [side, "after"]);
  });
}

Deno.test("a group's condition is evaluated once, even where its rules change what it sees", () => {
  let evaluated = 0;
  const condition = branch((_callback, outputs) => {
    evaluated++;
    return outputs.vars === undefined;
  });
  const ran: string[] = [];
  const setting = aLink("setting", (_callback, scope) => {
    scope.output("vars", "x", 1);
    return pass();
  }, { within: [{ branch: condition, taken: true }] });
  run([setting, ...sides(condition, ran)]);
  assertEquals(ran, ["then", "after"]);
  assertEquals(evaluated, 1);
});

Deno.test("a group's condition sees what rules before the group found out", () => {
  const ran: string[] = [];
  const setting = aLink("setting", (_callback, scope) => {
    scope.output("vars", "x", 1);
    return pass();
  });
  run([setting, ...sides(branch((_callback, { vars }) => vars !== undefined), ran)]);
  assertEquals(ran, ["then", "after"]);
});

Deno.test("of a group whose condition fails neither side runs, and the failure is told once", () => {
  const ran: string[] = [];
  const condition = branch(() => {
    throw new Error("a division by zero");
  });
  const { failures, verdict } = run(sides(condition, ran));
  assertEquals(ran, ["after"]);
  assertEquals(failures.map(({ name, error }) => [name, error.message]), [
    ["group", "a division by zero"],
  ]);
  assertEquals(verdict.kind, "continue");
});

Deno.test("a group whose condition fails refuses under onError refuse", () => {
  const ran: string[] = [];
  const condition = branch(() => {
    throw new Error("a division by zero");
  });
  const { verdict } = run(sides(condition, ran), { onError: "refuse" });
  assertEquals([verdict.kind, ran], ["refuse", []]);
});

Deno.test("a group in a group runs where both conditions say so", () => {
  const ran: string[] = [];
  const outer = branch(() => true);
  const inner = branch(() => false);
  const inBoth = (taken: boolean) => [{ branch: outer, taken: true }, { branch: inner, taken }];
  run([noting("no", ran, { within: inBoth(true) }), noting("yes", ran, { within: inBoth(false) })]);
  assertEquals(ran, ["yes"]);
});

Deno.test("the condition of a group on a side that does not run is not evaluated", () => {
  const outer = branch(() => false);
  const inner = branch(() => {
    throw new Error("must not be evaluated");
  });
  const within = [{ branch: outer, taken: true }, { branch: inner, taken: true }];
  assertEquals(run([saying(refuse(5101, "no"), { within })]).failures, []);
});

Deno.test("after a refusal an always rule of a group runs where the group's condition says so", () => {
  const ran: string[] = [];
  const condition = branch(() => true);
  run([
    saying(refuse(5101, "no")),
    noting("then", ran, { ...always, within: [{ branch: condition, taken: true }] }),
    noting("else", ran, { ...always, within: [{ branch: condition, taken: false }] }),
  ]);
  assertEquals(ran, ["then"]);
});

Deno.test("a rule on the side that does not run is traced as such", () => {
  const traces: LinkTrace[] = [];
  run(sides(branch(() => true), []), { trace: (trace) => traces.push(trace) });
  assertEquals(traces.map(({ name, skipped }) => [name, skipped]), [
    ["then", undefined],
    ["else", "group"],
    ["after", undefined],
  ]);
});
