/** Asks for a page with a host header of one's own, which `fetch` does not let choose. */
export async function rawRequest(
  port: number,
  host: string,
  ...headers: string[]
): Promise<string> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  const lines = [
    "GET /api/rules HTTP/1.1",
    `host: ${host}`,
    "connection: close",
    ...headers,
    "",
    "",
  ];
  await connection.write(new TextEncoder().encode(lines.join("\r\n")));
  return await new Response(connection.readable).text();
}
