/** What an operator may have done besides looking after deliveries: rules read again. */
import { assertEquals } from "@std/assert";
import { serveOperator } from "./operator_server.ts";

const post = { method: "POST" };

Deno.test("the rules file is read again, and what is wrong with it is said", async () => {
  const reports = [
    { applied: true, problems: [] },
    { applied: false, problems: ["rules.json:3:5 unknown rule"] },
  ];
  await using server = serveOperator({ reload: () => Promise.resolve(reports.shift()!) });
  const first = await server.get("/api/reload", post);
  assertEquals(first, { status: 200, body: { applied: true, problems: [] } });
  const second = await server.get("/api/reload", post);
  assertEquals(second.status, 422);
  assertEquals(second.body.problems, ["rules.json:3:5 unknown rule"]);
});

Deno.test("what the router cannot do has no page", async () => {
  await using server = serveOperator();
  assertEquals((await server.get("/api/deliveries")).status, 404);
  assertEquals((await server.get("/api/reload", post)).status, 404);
});
