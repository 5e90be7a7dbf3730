import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { DeliveryError } from "../../src/delivery/delivery_error.ts";
import type { Target } from "../../src/delivery/target.ts";
import { startTarget } from "../support/target_server.ts";
import { aTarget } from "./builders.ts";
import { postOnce } from "./posting.ts";

const failed = (target: Partial<Target>) =>
  assertRejects(() => postOnce(aTarget(target)), DeliveryError);

/** What of the URL may be a secret. */
const secrets = "/hooks/t0ken?key=hush#part";

async function assertTold(
  { port, host = "127.0.0.1", scheme = "http" }: { port: number; host?: string; scheme?: string },
  reason: string,
): Promise<void> {
  const url = `${scheme}://user:pa55@${host}:${port}${secrets}`;
  const { message, retryable, status, cause } = await failed({ url });
  assertEquals([retryable, status], [true, undefined]);
  assertStringIncludes(message, reason);
  assertStringIncludes(message, `${host}:${port}`);
  assertEquals(/t0ken|hush|pa55|user/.exec(message), null, message);
  assertEquals(cause instanceof Error, true);
}

/** A port at which a connection is accepted, answered so and closed. */
function hangingUp(answer: string) {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const done = (async () => {
    using connection = await listener.accept();
    await connection.read(new Uint8Array(1024));
    if (answer !== "") await connection.write(new TextEncoder().encode(answer));
  })();
  return {
    port: listener.addr.port,
    async [Symbol.asyncDispose]() {
      await done;
      listener.close();
    },
  };
}

Deno.test("a refused connection passes, and is told with the host alone", async () => {
  const server = startTarget();
  const { port } = server;
  await server[Symbol.asyncDispose]();
  await assertTold({ port }, "ECONNREFUSED");
});

Deno.test("a host without an address passes, and is told with its name", async () => {
  await assertTold({ port: 8080, host: "no-such-host.invalid" }, "ENOTFOUND");
});

Deno.test("a connection that breaks off before an answer passes, and is told", async () => {
  await using server = hangingUp("");
  await assertTold(server, "other side closed");
});

Deno.test("an answer that is no HTTP passes, and is told", async () => {
  await using server = hangingUp("hello\r\n\r\n");
  await assertTold(server, "does not match the HTTP/1.1 protocol");
});

Deno.test("a server that knows no TLS passes, and is told", async () => {
  await using server = hangingUp("hello\r\n\r\n");
  await assertTold({ port: server.port, scheme: "https" }, "wrong version number");
});

Deno.test("an answer that breaks off within its text passes, with its status", async () => {
  await using server = hangingUp("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc");
  const error = await failed({ url: `http://127.0.0.1:${server.port}${secrets}` });
  assertEquals([error.retryable, error.status], [true, 200]);
  assertStringIncludes(error.message, "other side closed");
});

Deno.test("an answer that cannot be unpacked passes, with its status", async () => {
  await using server = startTarget(() =>
    new Response("not packed", { headers: { "content-encoding": "gzip" } })
  );
  const error = await failed(server);
  assertEquals([error.retryable, error.status], [true, 200]);
  assertStringIncludes(error.message, "incorrect header check");
});

Deno.test("a URL that is none is told without it", async () => {
  const { message } = await failed({ url: `http://256.256.256.256${secrets}` });
  assertStringIncludes(message, "the target's URL is none");
  assertEquals(/t0ken|hush/.exec(message), null, message);
});

Deno.test("an answer that came in time counts, although the thread was blocked until later", async () => {
  const module = `Deno.serve({ port: 0, onListen: ({ port }) => postMessage(port) }, async () => {
    await new Promise((later) => setTimeout(later, 100));
    return new Response("ok");
  });`;
  const worker = new Worker(`data:text/javascript,${encodeURIComponent(module)}`, {
    type: "module",
  });
  const port = await new Promise((resolve) => worker.onmessage = ({ data }) => resolve(data));
  const posted = postOnce(aTarget({ url: `http://127.0.0.1:${port}`, timeout: 500 }));
  await new Promise((sent) => setTimeout(sent, 50));
  const began = performance.now();
  while (performance.now() - began < 800);
  assertEquals((await posted).status, 200);
  worker.terminate();
});
