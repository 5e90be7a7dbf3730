import { assert, assertEquals } from "@std/assert";
import { mock } from "node:test";
import { eventually } from "../support/eventually.ts";
import { type ListenerServer, serveListener } from "./listener_server.ts";

const utf8 = new TextEncoder();
const request = utf8.encode("GET / HTTP/1.1\r\nHost: x\r\n\r\n");

const connect = ({ port }: ListenerServer) => Deno.connect({ hostname: "127.0.0.1", port });

/** What comes next; undefined when the server has hung up. */
async function next(connection: Deno.Conn): Promise<string | undefined> {
  const buffer = new Uint8Array(4096);
  const read = await connection.read(buffer).catch(() => null);
  return read === null ? undefined : new TextDecoder().decode(buffer.subarray(0, read));
}

/** Moves a server's time until it hangs up on a connection; returns how much that took. */
async function timeUntilHungUp(server: ListenerServer, connection: Deno.Conn): Promise<number> {
  let open = true;
  void next(connection).then(() => open = false);
  let passed = 0;
  await eventually("the server hangs up", () => {
    if (!open) return true;
    server.clock.advance(1000);
    passed += 1000;
    return false;
  });
  return passed;
}

Deno.test("a connection whose head is never whole is ended, and told", async () => {
  await using server = await serveListener();
  using connection = await connect(server);
  await connection.write(request.subarray(0, 20));
  assert(await timeUntilHungUp(server, connection) > 10_000);
  const [{ slowHead, latest } = { slowHead: 0, latest: "" }] = server.ended;
  assertEquals([slowHead, latest], [1, "127.0.0.1"]);
});

Deno.test("a connection that goes on in time is kept until it is idle for too long", async () => {
  await using server = await serveListener();
  using connection = await connect(server);
  for (let round = 0; round < 3; round++) {
    await connection.write(request);
    assert((await next(connection))?.endsWith("ok"));
    server.clock.advance(100_000);
  }
  assert(await timeUntilHungUp(server, connection) > 20_000);
  assertEquals(server.ended, []);
});

Deno.test("a callback that is under way keeps its connection", async () => {
  const held = Promise.withResolvers<Response>();
  const begun = Promise.withResolvers<void>();
  await using server = await serveListener({
    handler: (_request, connection) => {
      connection.beginChain();
      begun.resolve();
      return held.promise.finally(() => connection.endChain());
    },
  });
  using connection = await connect(server);
  await connection.write(request);
  const answer = next(connection);
  await begun.promise;
  server.clock.advance(3_600_000);
  held.resolve(new Response("late"));
  assert((await answer)?.endsWith("late"));
});

Deno.test("more connections of one caller than allowed are not taken, and told", async () => {
  await using server = await serveListener({ limits: { connectionsPerCaller: 2 } });
  using first = await connect(server);
  using second = await connect(server);
  using third = await connect(server);
  assertEquals(await next(third), undefined);
  for (const connection of [first, second]) {
    await connection.write(request);
    assert((await next(connection))?.endsWith("ok"));
  }
  server.clock.advance(1000);
  assertEquals(server.ended.map(({ tooManyOfCaller }) => tooManyOfCaller), [1]);
});

Deno.test("a caller whose connection has ended may make another", async () => {
  await using server = await serveListener({ limits: { connectionsPerCaller: 1 } });
  for (let round = 0; round < 5; round++) {
    await eventually("the connection is taken", async () => {
      using connection = await connect(server);
      await connection.write(request).catch(() => {});
      return (await next(connection))?.endsWith("ok") ?? false;
    });
  }
});

Deno.test("the connections of a proxy are bounded by those of all alone", async () => {
  await using server = await serveListener({
    limits: { connectionsPerCaller: 1, connections: 2 },
    isProxy: (address) => address === "127.0.0.1",
  });
  using first = await connect(server);
  using second = await connect(server);
  using third = await connect(server);
  assertEquals(await next(third), undefined);
  for (const connection of [first, second]) {
    await connection.write(request);
    assert((await next(connection))?.endsWith("ok"));
  }
  server.clock.advance(1000);
  assertEquals(server.ended.map(({ tooMany }) => tooMany), [1]);
});

Deno.test("a shutdown waits for what is in flight, and for no half of a head", async () => {
  const held = Promise.withResolvers<Response>();
  const begun = Promise.withResolvers<void>();
  const server = await serveListener({
    handler: () => {
      begun.resolve();
      return held.promise;
    },
  });
  using busy = await connect(server);
  using half = await connect(server);
  await half.write(request.subarray(0, 20));
  await busy.write(request);
  await begun.promise;
  const stopped = server.stop();
  held.resolve(new Response("last"));
  assert((await next(busy))?.endsWith("last"));
  assertEquals(await next(half), undefined);
  await stopped;
});

Deno.test("while it stops, open connections are answered and asked to close", async () => {
  const server = await serveListener();
  using kept = await connect(server);
  await kept.write(request);
  assertEquals(/connection: close/i.test((await next(kept))!), false);
  const stopped = server.listener.shutdown();
  await kept.write(request);
  const last = await next(kept);
  assertEquals([last?.endsWith("ok"), /connection: close/i.test(last!)], [true, true]);
  server.clock.advance(1000);
  await stopped;
});

Deno.test("a handler that fails is answered for, and the next request is served", async () => {
  let requests = 0;
  await using server = await serveListener({
    handler: () => requests++ === 0 ? Promise.reject(new Error("broken")) : new Response("ok"),
  });
  using connection = await connect(server);
  await connection.write(request);
  assert((await next(connection))?.startsWith("HTTP/1.1 500"));
  await connection.write(request);
  assert((await next(connection))?.endsWith("ok"));
});

Deno.test("connections that cannot be taken in are told once a minute, with how many", async () => {
  const short = {
    addr: { transport: "tcp", hostname: "127.0.0.1", port: 1 },
    accept: () => Promise.reject(new Error("too many open files")),
    close() {},
  };
  const listen = mock.method(Deno, "listen", () => short);
  await using server = await serveListener();
  listen.mock.restore();
  await eventually("a minute passes", () => {
    server.clock.advance(100);
    return server.failedTries.length === 2;
  });
  assertEquals(server.clock.monotonic() >= 60_000, true);
  assertEquals(server.failedTries, [1, 600], "one every 100 ms");
});
