import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { DeliveryError } from "../../src/delivery/delivery_error.ts";
import type { Target } from "../../src/delivery/target.ts";
import { startTarget } from "../support/target_server.ts";
import { aDelivery, aTarget } from "./builders.ts";
import { type Attempt, postOnce } from "./posting.ts";

async function posting(
  target: Partial<Target>,
  attempt: Attempt = {},
): Promise<string> {
  return (await postOnce(aTarget(target), attempt)).text;
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
    assertStringIncludes(error.message, "redirects are not followed");
    assertEquals(elsewhere.received.length, 0);
  });
}

Deno.test("an answer that does not come in time is a failure that passes", async () => {
  await using server = startTarget((_request, signal) =>
    new Promise((resolve) => signal.addEventListener("abort", () => resolve(new Response())))
  );
  const error = await failed({ url: server.url, timeout: 50 });
  assertEquals(error.retryable, true);
  assertStringIncludes(error.message, "50 ms");
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
