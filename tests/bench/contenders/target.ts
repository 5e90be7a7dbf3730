/** The service that is forwarded to. GET tells how much came, and when the last of it. */
let received = 0;
let lastAt = 0;

Deno.serve({
  hostname: "127.0.0.1",
  port: 0,
  onListen: ({ port }) => Deno.stderr.writeSync(new TextEncoder().encode(`{"port":${port}}\n`)),
}, async (request) => {
  if (request.method === "GET") return Response.json({ received, lastAt });
  await request.arrayBuffer();
  received++;
  lastAt = Date.now();
  return new Response(null, { status: 204 });
});
