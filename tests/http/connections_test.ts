import { assertEquals } from "@std/assert";
import { Connection, Connections } from "../../src/http/connections.ts";
import { FakeClock } from "../support/fake_clock.ts";

const limits = {
  headWithin: 10_000,
  bodyWithin: 10_000,
  idle: 120_000,
  connections: 100,
  connectionsPerCaller: 100,
};

/** A connection on a clock of its own. */
function aConnection() {
  const clock = new FakeClock();
  const connection = new Connection("127.0.0.1", clock);
  const late = () => connection.late(limits, clock.monotonic());
  return { clock, connection, late };
}

Deno.test("bodies that overlap on a connection, as in HTTP/2, are each given their time", () => {
  const { clock, connection, late } = aConnection();
  connection.head();
  let last = connection.beginBody();
  for (let round = 0; round < 10; round++) {
    clock.advance(6000);
    connection.head();
    const next = connection.beginBody();
    clock.advance(1);
    connection.endBody(last);
    assertEquals(late(), undefined);
    last = next;
  }
  connection.endBody(last);
  assertEquals(late(), undefined);
});

Deno.test("a slow body is late, however many quick ones pass it on the same connection", () => {
  const { clock, connection, late } = aConnection();
  connection.head();
  connection.beginBody();
  for (let round = 0; round < 11; round++) {
    clock.advance(1000);
    connection.head();
    connection.endBody(connection.beginBody());
  }
  assertEquals(late(), "slowBody");
});

/** How many of these addresses' connections are taken where one caller may have two. */
function taken(addresses: readonly string[]): number {
  const connections = new Connections({ ...limits, connectionsPerCaller: 2 }, {
    clock: new FakeClock(),
    isProxy: () => false,
    ended: () => {},
  });
  const open = addresses.map((address) => connections.take(address, () => {}));
  for (const connection of open) if (connection !== undefined) connections.release(connection);
  assertEquals(connections.size, 0);
  return open.filter((connection) => connection !== undefined).length;
}

Deno.test("the addresses of one IPv6 network are one caller", () => {
  assertEquals(taken(["2001:db8::1", "2001:db8::2", "2001:db8:0:0:ffff::3"]), 2);
});

Deno.test("other IPv6 networks are other callers", () => {
  assertEquals(taken(["2001:db8::1", "2001:db8::2", "2001:db8:0:1::1"]), 3);
});

Deno.test("an IPv4 address is one caller however it is written, another one another", () => {
  assertEquals(taken(["::ffff:10.0.0.1", "10.0.0.1", "::ffff:a00:1", "::ffff:10.0.0.2"]), 3);
});

/** A table with room for so many connections of all callers and of one. */
function aTable(connections: number, connectionsPerCaller = connections) {
  const clock = new FakeClock();
  const told: unknown[] = [];
  const table = new Connections({ ...limits, connections, connectionsPerCaller }, {
    clock,
    isProxy: () => false,
    ended: (ended) => void told.push(ended),
  });
  const aborted: string[] = [];
  const take = (address: string) => table.take(address, ({ address }) => aborted.push(address));
  return { clock, table, take, aborted, told };
}

Deno.test("the connection that has been idle longest makes room for a new one", () => {
  const { clock, table, take, aborted, told } = aTable(3);
  for (const address of ["10.0.0.1", "10.0.0.2", "10.0.0.3"]) {
    take(address)!.head();
    clock.advance(5000);
  }
  assertEquals(take("10.0.0.4")?.address, "10.0.0.4");
  clock.advance(2000);
  assertEquals([aborted, table.size, told], [["10.0.0.1"], 3, []]);
  table.close();
});

Deno.test("a connection on which something is under way makes no room", () => {
  const { table, take, aborted } = aTable(2);
  const busy = take("10.0.0.1")!;
  busy.head();
  busy.beginChain();
  take("10.0.0.2");
  assertEquals([take("10.0.0.3"), aborted], [undefined, []]);
  busy.endChain();
  assertEquals([take("10.0.0.3")?.address, aborted], ["10.0.0.3", ["10.0.0.1"]]);
  table.close();
});

Deno.test("a caller with too many connections makes room among its own", () => {
  const { clock, table, take, aborted } = aTable(10, 2);
  take("10.0.0.9")!.head();
  clock.advance(5000);
  for (const address of ["10.0.0.1", "10.0.0.1"]) take(address)!.head();
  assertEquals(take("10.0.0.1")?.address, "10.0.0.1");
  assertEquals(aborted, ["10.0.0.1"]);
  table.close();
});
