/** `POST /api/reload` of the real process. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { groupRead, type RouterProcess, startRouterProcess } from "../support/router_process.ts";

const callbacks = { [groupRead]: { rules: [{ use: "log", message: "read" }] } };

async function reload(router: RouterProcess) {
  const response = await fetch(`${router.operatorURL}/api/reload`, { method: "POST" });
  return { status: response.status, report: await response.json() };
}

/** Writes the rules file anew, other sections but these as they are; returns its text. */
async function write({ rules }: RouterProcess, sections: object): Promise<string> {
  const before = JSON.parse(await Deno.readTextFile(rules));
  const text = JSON.stringify({ ...before, ...sections }, undefined, 2);
  await Deno.writeTextFile(rules, text);
  return text;
}

Deno.test("a reload that is asked for applies the file, and says what changed with it", async () => {
  await using router = await startRouterProcess({ callbacks });
  const targets = { alerts: { url: "http://127.0.0.1:9/", network: "private" } };
  await write(router, { targets });
  const { status, report } = await reload(router);
  assertEquals([status, report.applied, report.problems], [200, true, []]);
  const response = await fetch(`${router.operatorURL}/api/targets`);
  const [target] = await response.json();
  assertEquals([target.name, target.inRules], ["alerts", true]);
  // nothing is written meanwhile: that the file was read again is this request's doing alone
  const again = (await reload(router)).report;
  assertEquals(again.generation > report.generation, true);
  assertEquals(again.targets, { added: [], changed: [], removed: [] });
});

Deno.test("a reload that is refused names the file, the line, the reason and the remedy", async () => {
  await using router = await startRouterProcess({ callbacks });
  const text = await write(router, {
    callbacks: { [groupRead]: { rules: [{ use: "lgo" }] } },
    counters: { maxKeys: -1 },
  });
  const { status, report } = await reload(router);
  assertEquals([status, report.applied, report.generation], [422, false, 1]);
  const [unknown, bound] = report.problems;
  const lineOf = (part: string) => text.slice(0, text.indexOf(part)).split("\n").length;
  assertEquals([unknown.file, unknown.line], [router.rules, lineOf('"lgo"')]);
  assertEquals(unknown.path, `callbacks.${groupRead}.rules[0].use`);
  assertMatch(unknown.message, /unknown rule.*log/);
  assertEquals([bound.path, bound.line], ["counters.maxKeys", lineOf("-1")]);
  assertEquals(
    unknown.text,
    `${unknown.file}:${unknown.line}:${unknown.column} ` +
      `${unknown.path}: ${unknown.message}`,
  );

  const ready = await (await fetch(`${router.operatorURL}/readyz`)).json();
  assertEquals(ready.ready, true, "the former rules answer");
  assertStringIncludes(ready.warnings[0], "refused");
  assertEquals((await (await router.post("{}")).json()).errMsg.length > 0, true);
});
