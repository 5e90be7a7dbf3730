import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { DeliveryError } from "../../src/delivery/delivery_error.ts";
import { post } from "../../src/delivery/post.ts";
import type { Target } from "../../src/delivery/target.ts";
import { startTarget } from "../support/target_server.ts";
import { aDelivery, aTarget } from "./builders.ts";

/** The largest answer that is read, bytes. */
const answerLimit = 256 * 1024;

function posting(
  target: Partial<Target>,
  { delivery = aDelivery(), signal = new AbortController().signal } = {},
): Promise<string> {
  return post(delivery, aTarget(target), { attempt: 1, signal });
}

const failed = (target: Partial<Target>) => assertRejects(() => posting(target), DeliveryError);

Deno.test("the body arrives byte for byte, by POST, at the target's path", async () => {
  await using server = startTarget();
  const body = Array.from({ length: 256 }, (_, code) => String.fromCodePoint(code)).join("") +
    "\u{1f600}";
  await posting({ url: `${server.url}hooks/openim` }, { delivery: aDelivery({ body }) });
  const [request] = server.received;
  assertEquals([request?.method, request?.path], ["POST", "/hooks/openim"]);
  assertEquals(request?.body, new TextEncoder().encode(body));
});

for (const status of [200, 201, 202]) {
  Deno.test(`a ${status} is a success that returns the answer's text`, async () => {
    await using server = startTarget(() => new Response('{"nextCode":0}', { status }));
    assertEquals(await posting(server), '{"nextCode":0}');
  });
}

Deno.test("a 204 is a success without a text", async () => {
  await using server = startTarget();
  assertEquals(await posting(server), "");
});

for (
  const [status, retryable] of [
    [400, false],
    [401, false],
    [404, false],
    [410, false],
    [422, false],
    [408, true],
    [425, true],
    [429, true],
    [500, true],
    [502, true],
    [503, true],
    [504, true],
  ] as const
) {
  Deno.test(`a ${status} is a failure that ${retryable ? "passes" : "stays"}`, async () => {
    await using server = startTarget(() => new Response("no", { status }));
    const error = await failed(server);
    assertEquals([error.status, error.retryable], [status, retryable]);
    assertStringIncludes(error.message, String(status));
  });
}

for (const status of [301, 302, 303, 307, 308]) {
  Deno.test(`a ${status} is not followed and is a failure that stays`, async () => {
    await using elsewhere = startTarget();
    await using server = startTarget(() =>
      new Response(null, { status, headers: { location: elsewhere.url } })
    );
    const error = await failed(server);
    assertEquals([error.status, error.retryable], [status, false]);
    assertEquals(elsewhere.received.length, 0);
  });
}

Deno.test("a refused connection is a failure that passes, without a status", async () => {
  const server = startTarget();
  const { url } = server;
  await server[Symbol.asyncDispose]();
  const error = await failed({ url });
  assertEquals([error.retryable, error.status], [true, undefined]);
  assertEquals(error.cause instanceof Error, true);
});

Deno.test("a connection that breaks off is a failure that passes", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const broken = (async () => {
    using connection = await listener.accept();
    await connection.read(new Uint8Array(1024));
  })();
  const error = await failed({ url: `http://127.0.0.1:${listener.addr.port}/` });
  assertEquals(error.retryable, true);
  await broken;
});

Deno.test("an answer that does not come in time is a failure that passes", async () => {
  await using server = startTarget((_request, signal) =>
    new Promise((resolve) => signal.addEventListener("abort", () => resolve(new Response())))
  );
  const error = await failed({ url: server.url, timeout: 50 });
  assertEquals(error.retryable, true);
  assertStringIncludes(error.message, "50 ms");
});

Deno.test("an answer whose body does not end in time is a failure that passes", async () => {
  await using server = startTarget(() =>
    new Response(
      new ReadableStream({
        start: (controller) => controller.enqueue(new TextEncoder().encode("wait")),
      }),
    )
  );
  const error = await failed({ url: server.url, timeout: 200 });
  assertEquals(error.retryable, true);
  assertStringIncludes(error.message, "200 ms");
});

/** A body without an end; `cancelled` resolves when its reader has gone. */
function endlessBody() {
  const { promise: cancelled, resolve } = Promise.withResolvers<void>();
  const chunk = new TextEncoder().encode("x".repeat(16 * 1024));
  const stream = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(chunk),
    cancel: () => resolve(),
  });
  return { stream, cancelled };
}

Deno.test("an endless answer is read up to the limit, and then let go of", async () => {
  const { stream, cancelled } = endlessBody();
  await using server = startTarget(() => new Response(stream));
  const answer = await posting(server);
  assertEquals(answer, "x".repeat(answerLimit));
  await cancelled;
});

Deno.test("an endless answer of a failure still tells the failure's status", async () => {
  const { stream, cancelled } = endlessBody();
  await using server = startTarget(() => new Response(stream, { status: 503 }));
  assertEquals((await failed(server)).status, 503);
  await cancelled;
});

Deno.test("an answer that says a length above the limit is read up to the limit", async () => {
  await using server = startTarget(() => new Response("x".repeat(answerLimit + 1000)));
  assertEquals((await posting(server)).length, answerLimit);
});

Deno.test("an answer of exactly the limit is read whole", async () => {
  const text = "x".repeat(answerLimit - 1) + "y";
  await using server = startTarget(() => new Response(text));
  assertEquals((await posting(server)).at(-1), "y");
});

Deno.test("an answer in chunks is put together, whatever characters they cut", async () => {
  const bytes = new TextEncoder().encode("€uro");
  await using server = startTarget(() =>
    new Response(ReadableStream.from([bytes.slice(0, 1), bytes.slice(1, 2), bytes.slice(2)]))
  );
  assertEquals(await posting(server), "€uro");
});

Deno.test("a signal that aborts breaks the attempt off, for the signal's reason", async () => {
  const stop = new AbortController();
  await using server = startTarget((_request, signal) =>
    new Promise((resolve) => signal.addEventListener("abort", () => resolve(new Response())))
  );
  const attempt = posting(server, { signal: stop.signal });
  const rejected = assertRejects(() => attempt, DeliveryError, "the router stops");
  await server.arrived(1);
  stop.abort(new Error("the router stops"));
  await rejected;
});

Deno.test("nothing is sent where the signal has aborted before", async () => {
  await using server = startTarget();
  const signal = AbortSignal.abort(new Error("the router stops"));
  await assertRejects(() => posting(server, { signal }), DeliveryError, "the router stops");
  assertEquals(server.received.length, 0);
});

Deno.test("an attempt that is done lets go of the signal", async () => {
  await using server = startTarget();
  const { signal } = new AbortController();
  let listeners = 0;
  const { addEventListener, removeEventListener } = signal;
  signal.addEventListener = (...listener: Parameters<typeof addEventListener>) => {
    listeners++;
    addEventListener.apply(signal, listener);
  };
  signal.removeEventListener = (...listener: Parameters<typeof removeEventListener>) => {
    listeners--;
    removeEventListener.apply(signal, listener);
  };
  await posting(server, { signal });
  assertEquals(listeners, 0);
});
