/**
 * Targets that break off, never end or never begin: real sockets, and what an attempt makes of them.
 *
 * @module
 */
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { TargetConnections } from "../../src/delivery/target_connections.ts";
import { DeliveryError } from "../../src/delivery/delivery_error.ts";
import { createPost } from "../../src/delivery/post.ts";
import { answerCondition } from "../../src/expressions/answer_condition.ts";
import { aDelivery, aTarget } from "../delivery/builders.ts";
import { startTarget } from "../support/target_server.ts";

/** What becomes of one attempt after the other at a socket that does this with each connection. */
async function attemptsAt(
  serve: (connection: Deno.TcpConn) => Promise<void>,
  { attempts = 1, timeout = 5000 } = {},
) {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  const served: Promise<void>[] = [];
  const accepting = (async () => {
    for await (const connection of listener) {
      served.push(serve(connection).catch(() => {}).finally(() => connection.close()));
    }
  })();
  const connections = new TargetConnections();
  const post = createPost(connections, { deliveredWhen: answerCondition });
  const target = aTarget({ url: `http://127.0.0.1:${port}/`, timeout });
  const { signal } = new AbortController();
  const errors: DeliveryError[] = [];
  for (let attempt = 1; attempt <= attempts; attempt++) {
    errors.push(
      await assertRejects(() => post(aDelivery(), target, { attempt, signal }), DeliveryError),
    );
  }
  await connections.close();
  listener.close();
  await accepting;
  await Promise.all(served);
  return errors;
}

const request = new Uint8Array(4096);
const write = (connection: Deno.Conn, text: string) =>
  connection.write(new TextEncoder().encode(text));

Deno.test("a connection that is reset is a failure that passes, every time", async () => {
  const errors = await attemptsAt(async (connection) => {
    // what is left unread when it closes makes the system reset it
    await connection.read(new Uint8Array(1));
  }, { attempts: 3 });
  assertEquals(errors.map(({ retryable, status }) => [retryable, status]), [
    [true, undefined],
    [true, undefined],
    [true, undefined],
  ]);
});

Deno.test("half a header is a failure that passes", async () => {
  const [error] = await attemptsAt(async (connection) => {
    await connection.read(request);
    await write(connection, "HTTP/1.1 200 OK\r\nContent-Le");
  });
  assertEquals([error?.retryable, error?.status], [true, undefined]);
});

Deno.test("half a body is no success, whatever its status said", async () => {
  const [error] = await attemptsAt(async (connection) => {
    await connection.read(request);
    await write(connection, 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"errCo');
  });
  assertEquals([error?.retryable, error?.status], [true, 200]);
});

Deno.test("half a chunked body is no success either", async () => {
  const [error] = await attemptsAt(async (connection) => {
    await connection.read(request);
    await write(connection, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel");
  });
  assertEquals([error?.retryable, error?.status], [true, 200]);
});

Deno.test("an endless header ends the attempt", async () => {
  const [error] = await attemptsAt(async (connection) => {
    await connection.read(request);
    await write(connection, "HTTP/1.1 200 OK\r\n");
    for (;;) await write(connection, `x-more: ${"x".repeat(1000)}\r\n`);
  });
  assertEquals([error?.retryable, error?.status], [true, undefined]);
  assertStringIncludes(error!.message, "Headers Overflow");
});

Deno.test("a target that takes the connection and says nothing ends with the timeout", async () => {
  const [error] = await attemptsAt(async (connection) => {
    while (await connection.read(request) !== null);
  }, { timeout: 200 });
  assertEquals([error?.retryable, error?.message], [true, "no answer within 200 ms"]);
});

Deno.test("an answer that stops within its body ends with the timeout", async () => {
  const [error] = await attemptsAt(async (connection) => {
    await connection.read(request);
    await write(connection, "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\nx");
    while (await connection.read(request) !== null);
  }, { timeout: 200 });
  assertEquals([error?.retryable, error?.message], [true, "no answer within 200 ms"]);
});

Deno.test("an endless body is read up to the limit, and the next attempt is served", async () => {
  const chunk = new TextEncoder().encode("x".repeat(64 * 1024));
  await using server = startTarget(() =>
    new Response(new ReadableStream({ pull: (controller) => controller.enqueue(chunk) }))
  );
  await using connections = new TargetConnections();
  const post = createPost(connections, { deliveredWhen: answerCondition });
  const { signal } = new AbortController();
  for (const attempt of [1, 2, 3]) {
    const { text } = await post(aDelivery(), aTarget({ url: server.url }), { attempt, signal });
    assertEquals(text.length, 256 * 1024);
  }
});
