/** What an operator may have done besides looking after deliveries: rules read again. */
import { assertEquals } from "@std/assert";
import type { ReloadReport } from "../../../src/operator/api/operator_context.ts";
import { serveOperator } from "./operator_server.ts";

const post = { method: "POST" };

const applied: ReloadReport = {
  ...{ applied: true, generation: 2, problems: [], warnings: [], waiting: [] },
  restartedCounters: ["reads"],
  targets: { added: ["analytics"], changed: [], removed: [] },
};
const place = { file: "rules.json", line: 3, column: 5, path: "targets", message: "expected x" };
const refused: ReloadReport = {
  ...applied,
  applied: false,
  problems: [{ text: "rules.json:3:5 targets: expected x", place }, { text: "not in time" }],
};

Deno.test("the rules file is read again, and what changes with it is said", async () => {
  await using server = serveOperator({ reload: () => Promise.resolve(applied) });
  assertEquals(await server.get("/api/reload", post), { status: 200, body: applied });
});

Deno.test("what is wrong with a rules file is said, each with its place", async () => {
  await using server = serveOperator({ reload: () => Promise.resolve(refused) });
  const { status, body } = await server.get("/api/reload", post);
  assertEquals([status, body.applied], [422, false]);
  assertEquals(body.problems, [
    { text: "rules.json:3:5 targets: expected x", ...place },
    { text: "not in time" },
  ]);
});

Deno.test("a router that starts or stops reads no rules file", async () => {
  await using server = serveOperator({ reload: () => Promise.resolve(undefined) });
  assertEquals((await server.get("/api/reload", post)).status, 503);
});

Deno.test("what the router cannot do has no page", async () => {
  await using server = serveOperator();
  assertEquals((await server.get("/api/deliveries")).status, 404);
  assertEquals((await server.get("/api/reload", post)).status, 404);
});
