/**
 * The same by hand with what a receiver owes besides: the body's text is kept, so that it could be
 * forwarded as it came, and the operationID goes from the request's header to the answer's. What
 * the router takes above this is its own; what this takes above bare is the platform's.
 */
import { Hono } from "hono";
import { z } from "zod";

const groupMsgRead = z.looseObject({
  callbackCommand: z.string(),
  sendID: z.string(),
  receiveID: z.string(),
  unreadMsgNum: z.number(),
  contentType: z.number().optional(),
});

const answer = '{"actionCode":0,"errCode":0,"errMsg":"Success","errDlt":"","nextCode":0}';

const app = new Hono();
app.post("/callbackExample/:command", async ({ req }) => {
  if (!req.header("content-type")?.startsWith("application/json")) {
    return new Response(null, { status: 415 });
  }
  const text = await req.raw.text();
  if (!groupMsgRead.safeParse(JSON.parse(text)).success) return new Response(null, { status: 422 });
  const response = new Response(answer, { headers: { "content-type": "application/json" } });
  response.headers.append("operationid", req.header("operationid") ?? "");
  return response;
});

Deno.serve({
  hostname: "127.0.0.1",
  port: 0,
  onListen: ({ port }) => Deno.stderr.writeSync(new TextEncoder().encode(`{"port":${port}}\n`)),
}, (request) => app.fetch(request));
