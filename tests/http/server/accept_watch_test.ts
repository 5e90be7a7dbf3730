import { assertEquals } from "@std/assert";
import { EventEmitter } from "node:events";
import type { Server } from "node:http";
import { watchAccepting } from "../../../src/http/server/accept_watch.ts";
import { eventually } from "../../support/eventually.ts";
import { FakeClock } from "../../support/fake_clock.ts";

/** Watches what listens on a port, as a server that emits what a test makes it emit. */
function watched(port: number, listenAgain = () => Promise.resolve()) {
  const clock = new FakeClock();
  const server = new EventEmitter();
  const again: number[] = [];
  const failures: string[] = [];
  const watch = watchAccepting(server as unknown as Server, {
    address: { hostname: "127.0.0.1", port },
    clock,
    listenAgain() {
      again.push(clock.monotonic());
      return listenAgain();
    },
    failed: ({ message }) => void failures.push(message),
  });
  return { clock, server, again, failures, watch, [Symbol.asyncDispose]: () => watch.stop() };
}

Deno.test("a server that takes no connection listens again", async () => {
  // the system makes the connection, and nobody takes it
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  await using watch = watched(listener.addr.port);
  await eventually("it listens again", () => {
    watch.clock.advance(1000);
    return watch.again.length === 1;
  });
  assertEquals(watch.again[0]! >= 7000, true, "after a try of two seconds");
});

Deno.test("a server that does not listen any more listens again", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  listener.close();
  await using watch = watched(listener.addr.port);
  watch.clock.advance(5000);
  await eventually("it listens again", () => watch.again.length === 1);
});

Deno.test("a server that cannot listen again is tried again, and each failure is reported", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  listener.close();
  const inUse = () => Promise.reject(new Error("in use"));
  await using watch = watched(listener.addr.port, inUse);
  await eventually("it is tried twice", () => {
    watch.clock.advance(50);
    return watch.failures.length === 2;
  });
  assertEquals(watch.failures, ["in use", "in use"]);
});

Deno.test("a server that takes connections is left alone", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  await using watch = watched(listener.addr.port);
  let taken = 0;
  void (async () => {
    for await (const connection of listener) {
      connection.close();
      taken++;
    }
  })();
  await eventually("it is tried again and again", () => {
    watch.clock.advance(50);
    return taken === 3;
  });
  assertEquals(watch.again, []);
});

Deno.test("a server to which others connect is not tried", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  await using watch = watched(listener.addr.port);
  for (let round = 0; round < 3; round++) {
    watch.server.emit("connection");
    watch.clock.advance(5000);
    await new Promise((turn) => setTimeout(turn));
  }
  assertEquals(watch.again, []);
});
