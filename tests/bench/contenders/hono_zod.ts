/** What a team writes by hand: one route, one schema, one answer. */
import { Hono } from "hono";
import { z } from "zod";

const groupMsgRead = z.object({
  callbackCommand: z.string(),
  sendID: z.string(),
  receiveID: z.string(),
  unreadMsgNum: z.number(),
  contentType: z.number().optional(),
});

const app = new Hono();
app.post("/callbackExample/:command", async (context) => {
  const parsed = groupMsgRead.safeParse(await context.req.json());
  if (!parsed.success) return context.json({ actionCode: 1, errCode: 5400, nextCode: 0 }, 400);
  return context.json({ actionCode: 0, errCode: 0, errMsg: "Success", errDlt: "", nextCode: 0 });
});

Deno.serve({
  hostname: "127.0.0.1",
  port: 0,
  onListen: ({ port }) => Deno.stderr.writeSync(new TextEncoder().encode(`{"port":${port}}\n`)),
}, (request) => app.fetch(request));
