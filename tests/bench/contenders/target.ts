/** The service that is forwarded to: counts what it gets; GET tells how much that was. */
let received = 0;

Deno.serve({
  hostname: "127.0.0.1",
  port: 0,
  onListen: ({ port }) => Deno.stderr.writeSync(new TextEncoder().encode(`{"port":${port}}\n`)),
}, async (request) => {
  if (request.method === "GET") return Response.json({ received });
  await request.arrayBuffer();
  received++;
  return new Response(null, { status: 204 });
});
