import { assert, assertEquals, assertRejects } from "@std/assert";
import { Hono } from "hono";
import { streamSSE } from "hono/streaming";
import { connectTo, get, serve } from "./served.ts";

/** Sends bytes and reads what comes until the server ends the connection. */
async function sent(port: number, text: string): Promise<string> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  await connection.write(new TextEncoder().encode(text));
  return await new Response(connection.readable).text();
}

Deno.test("a server has the port that was free, and answers what a Hono app answers", async () => {
  const app = new Hono().post("/echo", async ({ req, text }) => text(await req.text()));
  await using served = await serve({ fetch: (request) => app.fetch(request) });
  assert(served.port > 0);
  const url = `http://127.0.0.1:${served.port}/echo`;
  const answer = await fetch(url, { method: "POST", body: "héllo" });
  assertEquals([answer.status, await answer.text()], [200, "héllo"]);
});

Deno.test("an address that is taken is reported as such", async () => {
  await using served = await serve();
  const error = await assertRejects(() => serve({ port: served.port }), Error);
  assertEquals((error as Error & { code?: string }).code, "EADDRINUSE");
});

Deno.test("a handler that fails is answered with 500, and the next request is served", async () => {
  let requests = 0;
  await using served = await serve({
    fetch: () => requests++ === 0 ? Promise.reject(new Error("broken")) : new Response("ok"),
  });
  using connection = await connectTo(served);
  await connection.send(get);
  assert((await connection.next())?.startsWith("HTTP/1.1 400 "), "as the server's owner says");
  await connection.send(get);
  assert((await connection.next())?.endsWith("ok"));
});

for (
  const [what, bytes, problem] of [
    [
      "a head beyond the bound",
      `GET / HTTP/1.1\r\na: ${"a".repeat(20_000)}\r\n\r\n`,
      "headTooLarge",
    ],
    [
      "more than 100 headers",
      `GET / HTTP/1.1\r\nhost: x\r\n${"a: b\r\n".repeat(100)}\r\n`,
      "headTooLarge",
    ],
    ["two hosts", "GET / HTTP/1.1\r\nhost: x\r\nHost: y\r\n\r\n", "malformed"],
    ["no host", "GET / HTTP/1.1\r\n\r\n", "malformed"],
    [
      "chunks under HTTP/1.0",
      "POST / HTTP/1.0\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
      "malformed",
    ],
    ["HTTP/0.9", "GET /\r\n\r\n", "malformed"],
    ["HTTP/3.0", "GET / HTTP/3.0\r\n\r\n", "malformed"],
    ["what is no HTTP", "PING\r\n", "malformed"],
    ["a target that is no path", "OPTIONS * HTTP/1.1\r\nhost: x\r\n\r\n", "malformed"],
    ["CONNECT", "CONNECT e:443 HTTP/1.1\r\nhost: x\r\n\r\n", "wrongMethod"],
  ] as const
) {
  Deno.test(`${what} is refused as ${problem}, with a body, and the connection ends`, async () => {
    await using served = await serve({ fetch: () => new Response("must not be asked") });
    const said = await sent(served.port, bytes);
    assertEquals(
      [said.slice(0, 13), said.endsWith(`\r\n\r\n${problem}`)],
      ["HTTP/1.1 400 ", true],
      said,
    );
  });
}

Deno.test("what is behind a refused request is not served", async () => {
  const asked: string[] = [];
  await using served = await serve({
    fetch: ({ url }) => {
      asked.push(url);
      return new Response("ok");
    },
  });
  const chunks = "POST / HTTP/1.0\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n";
  const said = await sent(served.port, `${chunks}GET /smuggled HTTP/1.1\r\nhost: x\r\n\r\n`);
  assertEquals([said.split("HTTP/1.1").length, asked], [2, []]);
});

Deno.test("what is no HTTP is refused behind the answer to the request before it", async () => {
  const held = Promise.withResolvers<Response>();
  await using served = await serve({ fetch: () => held.promise });
  const all = sent(served.port, `${get}\0\0\0\0\r\n\r\n`);
  // the bytes behind the request have been read by now
  await new Promise((turn) => setTimeout(turn, 50));
  held.resolve(new Response("ok"));
  const [, ok = "", refused = ""] = (await all).split("HTTP/1.1 ");
  assertEquals([ok.slice(0, 3), ok.endsWith("ok"), refused.slice(0, 3)], ["200", true, "400"]);
});

Deno.test("an upgrade with a body is answered as if there were none, and the connection ends", async () => {
  const app = new Hono().post("/", async ({ req, text }) => text(await req.text()));
  await using served = await serve({ fetch: (request) => app.fetch(request) });
  const said = await sent(
    served.port,
    "POST / HTTP/1.1\r\nhost: x\r\nconnection: Upgrade, HTTP2-Settings\r\nupgrade: h2c\r\n" +
      "http2-settings: AAMAAABkAAQAAP__\r\ncontent-length: 2\r\n\r\n{}",
  );
  assert(said.startsWith("HTTP/1.1 200 ") && said.endsWith("{}"), said);
  assert(/\r\nconnection: close\r\n/i.test(said), said);
});

Deno.test("curl --http2 with a body gets 200", async () => {
  const app = new Hono().post("/", async ({ req, text }) => text(await req.text()));
  await using served = await serve({ fetch: (request) => app.fetch(request) });
  const url = `http://127.0.0.1:${served.port}/`;
  const args = ["--silent", "--http2", "--data", "{}", "--write-out", " %{http_code}", url];
  const { stdout } = await new Deno.Command("curl", { args }).output();
  assertEquals(new TextDecoder().decode(stdout), "{} 200");
});

Deno.test("events that a server sends go on beyond the time of a request", async () => {
  const go = [1, 2, 3].map(() => Promise.withResolvers<void>());
  const app = new Hono().get("/events", (context) =>
    streamSSE(context, async (stream) => {
      for (const { promise } of go) {
        await promise;
        await stream.writeSSE({ data: "more" });
      }
    }));
  await using served = await serve({ fetch: (request) => app.fetch(request) });
  const answer = await fetch(`http://127.0.0.1:${served.port}/events`);
  assertEquals(answer.headers.get("content-type"), "text/event-stream");
  for (const { resolve } of go) {
    served.clock.advance(60_000);
    resolve();
  }
  assertEquals(await answer.text(), "data: more\n\n".repeat(3));
});

Deno.test("a server that stops answers what it has begun and what comes, and asks to close", async () => {
  const held = Promise.withResolvers<Response>();
  const begun = Promise.withResolvers<void>();
  const served = await serve({
    fetch: ({ url }) => {
      if (!url.endsWith("/slow")) return new Response("ok");
      begun.resolve();
      return held.promise;
    },
  });
  using slow = await connectTo(served);
  using kept = await connectTo(served);
  using half = await connectTo(served);
  using silent = await connectTo(served);
  await half.send("GET / HT");
  await kept.send(get);
  assertEquals(/connection: close/i.test((await kept.next())!), false);
  await slow.send(get.replace("/", "/slow"));
  await begun.promise;
  const stopped = served.server.close({ lastRequests: 700, within: 5000 });
  await kept.send(get);
  const last = await kept.next();
  assertEquals([last?.endsWith("ok"), /connection: close/i.test(last!)], [true, true]);
  served.clock.advance(700);
  assertEquals([await half.next(), await silent.next()], [undefined, undefined]);
  held.resolve(new Response("done"));
  const done = await slow.next();
  assertEquals([done?.endsWith("done"), /connection: close/i.test(done!)], [true, true]);
  await stopped;
});

Deno.test("a server that stops breaks off what lasts too long", async () => {
  const begun = Promise.withResolvers<void>();
  const served = await serve({
    fetch: () => {
      begun.resolve();
      return new Promise<Response>(() => {});
    },
  });
  using connection = await connectTo(served);
  await connection.send(get);
  await begun.promise;
  await served.stop();
  assertEquals(await connection.next(), undefined);
});

Deno.test("a server leaves Deno's own Request and Response to plugins", async () => {
  const own = [globalThis.Request, globalThis.Response];
  await using _served = await serve();
  assertEquals([globalThis.Request, globalThis.Response], own);
});
