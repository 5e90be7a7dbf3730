import { assert, assertEquals, assertRejects } from "@std/assert";
import { Hono } from "hono";
import { streamSSE } from "hono/streaming";
import { systemClock } from "../../../src/chain/clock.ts";
import { type HttpServerLimits, startHttpServer } from "../../../src/http/server/http_server.ts";

const limits: HttpServerLimits = {
  connections: 100,
  headWithin: 60_000,
  requestWithin: 60_000,
  idle: 60_000,
  headSize: 16_384,
};

/** Starts a server on a free port. */
async function startServer(app: Hono, bounds: Partial<HttpServerLimits> = {}) {
  const server = await startHttpServer(
    { hostname: "127.0.0.1", port: 0, limits: { ...limits, ...bounds } },
    { fetch: (request) => app.fetch(request), clock: systemClock },
  );
  const { port } = server.address;
  return {
    server,
    port,
    url: `http://127.0.0.1:${port}/`,
    [Symbol.asyncDispose]: () => server.close(0),
  };
}

/** Sends bytes and reads what comes until the server ends the connection. */
async function sent(port: number, text: string): Promise<string> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  await connection.write(new TextEncoder().encode(text));
  return await new Response(connection.readable).text();
}

Deno.test("a server has the port that was free, and answers what a Hono app answers", async () => {
  const app = new Hono().post("/echo", async ({ req, text }) => text(await req.text()));
  await using served = await startServer(app);
  assert(served.port > 0);
  const answer = await fetch(`${served.url}echo`, { method: "POST", body: "héllo" });
  assertEquals([answer.status, await answer.text()], [200, "héllo"]);
});

Deno.test("an address that is taken is told as such", async () => {
  await using served = await startServer(new Hono());
  const { port } = served;
  const again = () =>
    startHttpServer({ hostname: "127.0.0.1", port, limits }, {
      fetch: () => new Response(),
      clock: systemClock,
    });
  const error = await assertRejects(again, Error);
  assertEquals((error as Error & { code?: string }).code, "EADDRINUSE");
});

Deno.test("a head that is not whole in time is closed", async () => {
  await using served = await startServer(new Hono(), { headWithin: 50 });
  const said = await sent(served.port, "GET / HTTP/1.1\r\nhost: ");
  assertEquals(said.startsWith("HTTP/1.1 408 "), true, said);
});

Deno.test("a connection on which nothing comes is closed", async () => {
  await using served = await startServer(new Hono(), { headWithin: 50, requestWithin: 50 });
  await sent(served.port, "");
});

Deno.test("a body that is not whole in time is closed", async () => {
  const app = new Hono().post("/", async ({ req, text }) => text(await req.text()));
  await using served = await startServer(app, { headWithin: 50, requestWithin: 100 });
  await sent(served.port, "POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 5\r\n\r\nab");
});

Deno.test("a head beyond the bound is refused", async () => {
  await using served = await startServer(new Hono(), { headSize: 1000 });
  const head = `GET / HTTP/1.1\r\nhost: localhost\r\nx-long: ${"a".repeat(2000)}\r\n\r\n`;
  const said = await sent(served.port, head);
  assertEquals(said.startsWith("HTTP/1.1 431 "), true, said);
});

Deno.test("connections beyond the bound are closed, and those that come later are taken", async () => {
  const app = new Hono().get("/", ({ text }) => text("here"));
  await using served = await startServer(app, { connections: 1 });
  const first = await Deno.connect({ hostname: "127.0.0.1", port: served.port });
  await first.write(new TextEncoder().encode("GET / HTTP/1.1\r\nhost: localhost\r\n\r\n"));
  await first.read(new Uint8Array(1000));
  assertEquals(await sent(served.port, "").catch(() => ""), "", "there is one already");
  first.close();
  let text = "";
  while (text !== "here") text = await fetch(served.url).then((a) => a.text(), () => "");
});

Deno.test("events that a server sends go on beyond the time of a request", async () => {
  const app = new Hono().get("/events", (context) =>
    streamSSE(context, async (stream) => {
      for (let number = 1; number <= 4; number++) {
        await stream.writeSSE({ data: String(number) });
        await stream.sleep(500);
      }
    }));
  await using served = await startServer(app, { headWithin: 50, requestWithin: 50 });
  const answer = await fetch(`${served.url}events`);
  assertEquals(answer.headers.get("content-type"), "text/event-stream");
  assertEquals(await answer.text(), "data: 1\n\ndata: 2\n\ndata: 3\n\ndata: 4\n\n");
});

Deno.test("a server that closes answers what it has begun, and breaks off what lasts", async () => {
  const begun = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<Response>();
  const app = new Hono()
    .get("/slow", () => {
      begun.resolve();
      return answer.promise;
    })
    .get("/endless", () => new Promise<Response>(() => {}));
  const served = await startServer(app);
  const slow = fetch(`${served.url}slow`);
  await begun.promise;
  const closed = served.server.close(60_000);
  answer.resolve(new Response("done"));
  const told = await slow;
  assertEquals([await told.text(), told.headers.get("connection")], ["done", "close"]);
  await closed;

  const other = await startServer(app);
  const endless = fetch(`${other.url}endless`).then(() => "answered", () => "broken off");
  await other.server.close(100);
  assertEquals(await endless, "broken off");
});
