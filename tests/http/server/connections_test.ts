import { assert, assertEquals } from "@std/assert";
import { EventEmitter } from "node:events";
import type { Socket } from "node:net";
import { Hono } from "hono";
import { Connections } from "../../../src/http/server/connections.ts";
import { eventually } from "../../support/eventually.ts";
import { FakeClock } from "../../support/fake_clock.ts";
import { connectTo, get, serve, type Served } from "./served.ts";

type Connection = Awaited<ReturnType<typeof connectTo>>;

/** Moves a server's time until it hangs up on a connection; returns how much that took. */
async function timeUntilHungUp(served: Served, connection: Connection): Promise<number> {
  let open = true;
  void connection.next().then(() => open = false);
  let passed = 0;
  await eventually("the server hangs up", () => {
    if (!open) return true;
    served.clock.advance(1000);
    passed += 1000;
    return false;
  });
  return passed;
}

Deno.test("a connection whose head is never whole is closed, and counted", async () => {
  await using served = await serve();
  using connection = await connectTo(served);
  await connection.send(get.slice(0, 20));
  assert(await timeUntilHungUp(served, connection) > 10_000);
  const [{ slowHead, latest } = { slowHead: 0, latest: "" }] = served.ended;
  assertEquals([slowHead, latest], [1, "127.0.0.1"]);
});

Deno.test("a second head that is never whole is closed, and counted", async () => {
  await using served = await serve();
  using connection = await connectTo(served);
  await connection.send(get);
  await connection.next();
  await connection.send(get.slice(0, 20));
  assert(await timeUntilHungUp(served, connection) > 10_000);
  assertEquals(served.ended.map(({ slowHead }) => slowHead), [1]);
});

Deno.test("a connection on which nothing has come is idle, and no slow head", async () => {
  await using served = await serve();
  using connection = await connectTo(served);
  await eventually("it is accepted", async () => {
    using other = await connectTo(served);
    await other.send(get);
    return (await other.next())!.endsWith("ok");
  });
  served.clock.advance(100_000);
  await connection.send(get);
  assert((await connection.next())?.endsWith("ok"), "a spare connection of Go's is still there");
  assertEquals(served.ended, []);
  assert(await timeUntilHungUp(served, connection) > 119_000);
  assertEquals(served.ended, []);
});

Deno.test("a body that is never whole closes its connection, and is counted", async () => {
  const app = new Hono().post("/", async ({ req, text }) => text(await req.text()));
  await using served = await serve({ fetch: (request) => app.fetch(request) });
  using connection = await connectTo(served);
  await connection.send("POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\n\r\nab");
  assert(await timeUntilHungUp(served, connection) > 10_000);
  assertEquals(served.ended.map(({ slowBody }) => slowBody), [1]);
});

Deno.test("a request that is being answered keeps its connection", async () => {
  const held = Promise.withResolvers<Response>();
  const begun = Promise.withResolvers<void>();
  await using served = await serve({
    fetch: () => {
      begun.resolve();
      return held.promise;
    },
  });
  using connection = await connectTo(served);
  await connection.send(get);
  await begun.promise;
  served.clock.advance(3_600_000);
  held.resolve(new Response("late"));
  assert((await connection.next())?.endsWith("late"));
});

Deno.test("a caller that does not wait for answers is hung up on, and counted", async () => {
  let asked = 0;
  await using served = await serve({
    fetch: () => {
      asked++;
      return new Promise(() => {});
    },
  });
  using connection = await connectTo(served);
  await connection.send(get.repeat(250));
  await eventually("they are asked", () => asked === 250);
  await connection.send(get.repeat(250)).catch(() => {});
  assertEquals(await connection.next(), undefined);
  assertEquals(asked, 250);
  served.clock.advance(1000);
  assertEquals(served.ended.map(({ pipelined }) => pipelined), [1]);
});

for (
  const [whose, limits, isProxy] of [
    ["one caller", { connectionsPerCaller: 2 }, false],
    ["all callers", { connections: 2 }, false],
    ["a proxy, bounded by those of all alone,", { connectionsPerCaller: 1, connections: 2 }, true],
  ] as const
) {
  Deno.test(`two silent connections of ${whose} do not keep a third out`, async () => {
    await using served = await serve({ limits, isProxy: () => isProxy });
    using first = await connectTo(served);
    using second = await connectTo(served);
    using third = await connectTo(served);
    await third.send(get);
    assert((await third.next())?.endsWith("ok"));
    assertEquals(await first.next(), undefined, "the longest idle has made room");
    await second.send(get);
    assert((await second.next())?.endsWith("ok"));
    served.clock.advance(1000);
    assertEquals(served.ended, []);
  });

  Deno.test(`a connection of ${whose} beyond those that are busy is refused, and counted`, async () => {
    const held = Promise.withResolvers<Response>();
    let asked = 0;
    await using served = await serve({
      limits,
      isProxy: () => isProxy,
      fetch: () => {
        asked++;
        return held.promise.then((response) => response.clone());
      },
    });
    using first = await connectTo(served);
    using second = await connectTo(served);
    await first.send(get);
    await second.send(get);
    await eventually("both are busy", () => asked === 2);
    using third = await connectTo(served);
    assertEquals(await third.next(), undefined);
    served.clock.advance(1000);
    const counted = served.ended.map(({ tooMany, tooManyOfCaller }) => [tooMany, tooManyOfCaller]);
    assertEquals(counted, "connections" in limits ? [[1, 0]] : [[0, 1]]);
    held.resolve(new Response("ok"));
    for (const busy of [first, second]) assert((await busy.next())?.endsWith("ok"));
    using fourth = await connectTo(served);
    await fourth.send(get);
    assert((await fourth.next())?.endsWith("ok"), "they are idle now");
  });
}

Deno.test("a caller whose connection has ended may make another", async () => {
  await using served = await serve({ limits: { connectionsPerCaller: 1 } });
  for (let round = 0; round < 5; round++) {
    using connection = await connectTo(served);
    await connection.send(get);
    assert((await connection.next())?.endsWith("ok"));
  }
});

/** A socket that somebody at an address has connected. */
function aSocket(
  remoteAddress: string,
  remotePort: number,
  localAddress = "10.0.0.9",
): Socket & { closed: boolean } {
  const socket = Object.assign(new EventEmitter(), {
    ...{ remoteAddress, remotePort, localAddress, bytesRead: 0, closed: false },
    destroy() {
      socket.closed = true;
      socket.emit("close");
    },
  });
  return socket as unknown as Socket & { closed: boolean };
}

/** Which of these addresses' connections stay open, if one caller may have two. */
function kept(addresses: readonly string[]): readonly string[] {
  const sockets = addresses.map((address, port) => aSocket(address, port));
  return keptOf(sockets).map(({ remoteAddress }) => remoteAddress!);
}

/** Which of these connections stay open, if one caller may have two. */
function keptOf<Accepted extends Socket & { closed: boolean }>(
  sockets: readonly Accepted[],
): readonly Accepted[] {
  const limits = { headWithin: 1, bodyWithin: 1, idle: 1, connections: 9, connectionsPerCaller: 2 };
  const connections = new Connections(limits, {
    clock: new FakeClock(),
    isProxy: () => false,
    ended: () => {},
  });
  for (const socket of sockets) connections.accept(socket, { tls: false });
  const open = sockets.filter(({ closed }) => !closed);
  connections.closeAll();
  connections.close();
  return open;
}

Deno.test("the addresses of one IPv6 network are one caller", () => {
  const [one, two, three] = ["2001:db8::1", "2001:db8::2", "2001:db8:0:0:ffff::3"] as const;
  assertEquals(kept([one, two, three]), [two, three]);
});

Deno.test("other IPv6 networks are other callers", () => {
  const addresses = ["2001:db8::1", "2001:db8::2", "2001:db8:0:1::1"];
  assertEquals(kept(addresses), addresses);
});

Deno.test("an IPv4 address is one caller however it is written, another one another", () => {
  const [one, two, three, other] = ["::ffff:10.0.0.1", "10.0.0.1", "::ffff:a00:1", "10.0.0.2"];
  assertEquals(kept([one!, two!, three!, other!]), [two, three, other]);
});

Deno.test("connections from one port to several addresses are several", () => {
  const sockets = [5, 6, 7, 8, 9].map((to) => aSocket("10.0.0.1", 4000, `10.0.0.${to}`));
  assertEquals(keptOf(sockets), sockets.slice(-2), "the longest idle ones have made room");
});

Deno.test("a connection from a port whose last one has not ended yet takes its place", () => {
  const [first, ...others] = [4000, 4000, 4001, 4002].map((port) => aSocket("10.0.0.1", port));
  const [, ...kept] = others;
  assertEquals(keptOf([first!, ...others]), kept, "two, and the bound holds");
});
