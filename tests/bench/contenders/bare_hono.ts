/**
 * A bare Hono app on `node:http`: parses the JSON and answers a constant. If it is given a URL, it
 * forwards each body there, 32 at a time, from memory: what waits is lost when it ends.
 */
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { Pool } from "undici";

const answer = { actionCode: 0, errCode: 0, errMsg: "Success", errDlt: "", nextCode: 0 };
const [target] = Deno.args;
const pool = target === undefined ? undefined : new Pool(target, { connections: 32 });
const headers = { "content-type": "application/json" };

const app = new Hono();
app.post("*", async (context) => {
  const body = await context.req.text();
  JSON.parse(body);
  // the pool keeps what is beyond its connections
  void pool?.request({ path: "/", method: "POST", headers, body }).then((got) => got.body.dump());
  return context.json(answer);
});

serve({ fetch: app.fetch, hostname: "127.0.0.1", port: 0 }, ({ port }) => {
  Deno.stderr.writeSync(new TextEncoder().encode(`{"port":${port}}\n`));
});
