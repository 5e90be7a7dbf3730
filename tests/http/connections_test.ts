import { assertEquals } from "@std/assert";
import { Connection } from "../../src/http/connections.ts";
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
