import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { loadRules } from "../../src/config/load/load_rules.ts";
import { ReadFiles } from "../../src/config/load/read_files.ts";
import { type Reload, Reloader } from "../../src/runtime/reloader.ts";
import type { NextRules } from "../../src/runtime/rules_loader.ts";
import { type RulesProject, rulesProject } from "../config/rules_project.ts";
import { eventually } from "../support/eventually.ts";
import { FakeClock } from "../support/fake_clock.ts";

/** A reloader of a project's rules file; `gate` holds every load up until it resolves. */
async function reloading(
  project: RulesProject,
  gate: (load: number) => Promise<void> = () => Promise.resolve(),
) {
  const clock = new FakeClock();
  const reports: Reload[] = [];
  const inForce = [await project.load()];
  let loads = 0;
  const reloader = new Reloader(inForce[0]!, {
    async load(readFiles): Promise<NextRules> {
      await gate(++loads);
      const rules = await loadRules(project.file, { ...project.context, readFiles });
      return { rules, adopt: () => ["reads"] };
    },
    replace: (rules) => void inForce.push(rules),
    clock,
    reloaded: (report) => void reports.push(report),
    watchFailed: (error) => {
      throw error;
    },
  });
  return {
    reloader,
    clock,
    reports,
    inForce,
    loads: () => loads,
    write: (rules: object | string) =>
      Deno.writeTextFile(project.file, typeof rules === "string" ? rules : JSON.stringify(rules)),
    [Symbol.dispose]: () => reloader[Symbol.dispose](),
  };
}

const target = (url: string) => ({ url, network: "private" });

Deno.test("good rules take over, and the report tells what changed", async () => {
  await using project = await rulesProject({
    targets: { a: target("http://a"), b: target("http://b") },
  });
  using router = await reloading(project);
  const { clock, reloader } = router;
  await router.write({ targets: { b: target("http://other"), c: target("http://c") } });
  clock.advance(1000);
  const report = await reloader.reload("request");
  assertEquals(report, {
    cause: "request",
    duration: 0,
    applied: true,
    generation: 2,
    problems: [],
    warnings: [],
    waiting: [],
    restartedCounters: ["reads"],
    targets: { added: ["c"], changed: ["b"], removed: ["a"] },
  });
  assertEquals(router.inForce.length, 2);
  assertEquals(Object.keys(router.inForce[1]!.settings.targets), ["b", "c"]);
});

Deno.test("a bad file leaves the rules and their generation, and is told with its place", async () => {
  await using project = await rulesProject({});
  using router = await reloading(project);
  await router.write("{ broken");
  router.clock.advance(1000);
  const report = await router.reloader.reload("signal");
  assertEquals([report.applied, report.generation, router.inForce.length], [false, 1, 1]);
  assertStringIncludes(report.problems[0]!.text, "rules.json:1:3 broken JSON");
});

Deno.test("whatever loading throws, the rules in force stay", async () => {
  await using project = await rulesProject({});
  using router = await reloading(
    project,
    () => Promise.reject(new RangeError("a rule's own fault")),
  );
  const report = await router.reloader.reload("signal");
  assertEquals([report.applied, report.problems], [false, [{
    text: "RangeError: a rule's own fault",
  }]]);
});

Deno.test("loading that does not end is given up, and the next reload is not held up", async () => {
  await using project = await rulesProject({});
  const never = new Promise<void>(() => {});
  using router = await reloading(project, (load) => load === 1 ? never : Promise.resolve());
  const first = router.reloader.reload("signal");
  router.clock.advance(60_000);
  assertStringIncludes((await first).problems[0]!.text, "not loaded within 60000 ms");
  assertEquals((await router.reloader.reload("signal")).applied, true);
});

Deno.test("who asks during a reload gets one that begins after it, and all get the same", async () => {
  await using project = await rulesProject({ targets: { a: target("http://a") } });
  const held = Promise.withResolvers<void>();
  using router = await reloading(project, (load) => load === 1 ? held.promise : Promise.resolve());
  const first = router.reloader.reload("file");
  const others = [router.reloader.reload("signal"), router.reloader.reload("request")];
  held.resolve();
  const [before, ...after] = await Promise.all([first, ...others]);
  assertEquals(before!.generation, 2);
  assertEquals(after.map(({ generation }) => generation), [3, 3]);
  assertEquals([router.loads(), router.reports.length], [2, 2]);
});

Deno.test("what needs a restart keeps its value over every reload, and is told each time", async () => {
  await using project = await rulesProject({ store: { path: "a.sqlite" } });
  using router = await reloading(project);
  await router.write({ store: { path: "b.sqlite" } });
  for (const _ of [1, 2]) {
    const { waiting } = await router.reloader.reload("signal");
    assertEquals(waiting.length, 1);
    assertStringIncludes(waiting[0]!, 'store.path: changes with a restart; until then "a.sqlite"');
  }
  assertEquals(router.inForce.map(({ settings }) => settings.store.path), [
    "a.sqlite",
    "a.sqlite",
    "a.sqlite",
  ]);
  await router.write({ store: { path: "a.sqlite" } });
  assertEquals((await router.reloader.reload("signal")).waiting, []);
});

Deno.test("a changed file is loaded by itself, and one that was loaded for a signal is not again", async () => {
  await using project = await rulesProject({});
  using router = await reloading(project);
  await router.reloader.watch(new ReadFiles());
  const settled = (count: number) =>
    eventually(`${count} reloads`, () => {
      router.clock.advance(100);
      return router.reports.length >= count;
    });
  await router.reloader.reload("signal");
  await router.write({ targets: { a: target("http://a") } });
  await router.reloader.reload("signal");
  await router.write({ targets: { b: target("http://b") } });
  await settled(3);
  assertEquals(router.reports.map(({ cause }) => cause), ["signal", "signal", "file"]);
  assertEquals(Object.keys(router.inForce.at(-1)!.settings.targets), ["b"]);
});

Deno.test("a reloader that has ended changes nothing", async () => {
  await using project = await rulesProject({});
  const held = Promise.withResolvers<void>();
  using router = await reloading(project, () => held.promise);
  const underWay = router.reloader.reload("signal");
  router.reloader[Symbol.dispose]();
  held.resolve();
  assertEquals((await underWay).applied, false);
  assertEquals((await router.reloader.reload("signal")).problems, [{
    text: "the router is stopping",
  }]);
  assertEquals([router.inForce.length, router.loads(), router.clock.timers], [1, 1, 0]);
  assert(router.reports.every(({ generation }) => generation === 1));
});
