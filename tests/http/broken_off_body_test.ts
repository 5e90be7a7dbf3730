import { assertEquals } from "@std/assert";
import { eventually } from "../support/eventually.ts";
import { type CallbackServer, sendCommand, serveCallbacks } from "./callback_server.ts";

const utf8 = new TextEncoder();

/** Sends the head and what comes after it, and hangs up. */
async function hangUpAfter({ port }: CallbackServer, header: string, body: string): Promise<void> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  const head =
    `POST /${sendCommand} HTTP/1.1\r\nHost: router\r\nContent-Type: application/json\r\n`;
  await connection.write(utf8.encode(`${head}${header}\r\n\r\n${body}`));
}

for (
  const [how, header, body] of [
    ["that says its length", "Content-Length: 100", '{"sendID"'],
    ["that says its length, before its first byte", "Content-Length: 100", ""],
    ["in chunks", "Transfer-Encoding: chunked", '9\r\n{"sendID"\r\n'],
    ["in chunks, within one", "Transfer-Encoding: chunked", '20\r\n{"sendID"'],
  ] as const
) {
  Deno.test(`a client that breaks off a body ${how} is told as its fault`, async () => {
    await using server = await serveCallbacks();
    await hangUpAfter(server, header, body);
    await eventually("the operator is told", () => server.turnedAway.length > 0);
    const told = server.turnedAway.map(({ error }) => [error.problem, error.detail]);
    assertEquals(told, [["malformed", "the body ended before it was whole"]]);
  });
}
