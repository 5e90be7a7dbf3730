/** A bare `Deno.serve`: parses the JSON and answers a constant. */
const answer = { actionCode: 0, errCode: 0, errMsg: "Success", errDlt: "", nextCode: 0 };

Deno.serve({
  hostname: "127.0.0.1",
  port: 0,
  onListen: ({ port }) => Deno.stderr.writeSync(new TextEncoder().encode(`{"port":${port}}\n`)),
}, async (request) => {
  await request.json();
  return Response.json(answer);
});
