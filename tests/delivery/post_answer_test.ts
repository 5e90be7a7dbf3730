import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { DeliveryError } from "../../src/delivery/delivery_error.ts";
import type { Target } from "../../src/delivery/target.ts";
import { startTarget } from "../support/target_server.ts";
import { aTarget } from "./builders.ts";
import { postOnce } from "./posting.ts";

/** The largest answer that is read, bytes. */
const answerLimit = 256 * 1024;

async function posting(target: Partial<Target>): Promise<string> {
  return (await postOnce(aTarget(target))).text;
}

const failed = (target: Partial<Target>) => assertRejects(() => posting(target), DeliveryError);

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

Deno.test("a failure whose text does not end in time is told by its status", async () => {
  await using server = startTarget(() =>
    new Response(
      new ReadableStream({
        start: (controller) => controller.enqueue(new TextEncoder().encode("no")),
      }),
      {
        status: 400,
      },
    )
  );
  const error = await failed({ url: server.url, timeout: 200 });
  assertEquals([error.status, error.retryable], [400, false]);
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

/** A response that is so long when it is unpacked, and far shorter on its way. */
async function packed(length: number, status = 200): Promise<Response> {
  const packing = new Blob(["x".repeat(length)]).stream()
    .pipeThrough(new CompressionStream("gzip"));
  const bytes = await new Response(packing).bytes();
  assert(bytes.length < answerLimit);
  return new Response(bytes, { status, headers: { "content-encoding": "gzip" } });
}

Deno.test("a packed answer within the limit is read whole", async () => {
  await using server = startTarget(() => packed(answerLimit));
  assertEquals(await posting(server), "x".repeat(answerLimit));
});

Deno.test("a packed answer that unpacks to more than the limit is read up to the limit", async () => {
  await using server = startTarget(() => packed(40 * answerLimit));
  assertEquals((await posting(server)).length, answerLimit);
});

Deno.test("a packed answer of a failure that unpacks to too much still tells the status", async () => {
  await using server = startTarget(() => packed(40 * answerLimit, 503));
  assertEquals((await failed(server)).status, 503);
});
