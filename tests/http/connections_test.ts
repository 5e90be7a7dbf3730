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
