/**
 * What is under way for a request, and when nothing is any more: a count that stays behind would
 * keep replaced rules for ever, or turn callers away.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { eventually } from "../support/eventually.ts";
import {
  aSendBody,
  type CallbackServer,
  post,
  sendCommand,
  serveCallbacks,
  type ServerParts,
} from "./callback_server.ts";

/** What is under way. */
function underWay({ requests, inFlight }: CallbackServer) {
  return { requests: requests.begun - requests.ended, inFlight: inFlight.count };
}

const nothing = { requests: 0, inFlight: 0 };

/** Writes a head and the beginning of its body. */
async function beginBody(server: CallbackServer, body: string): Promise<Deno.Conn> {
  const connection = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
  const head = `POST /${sendCommand} HTTP/1.1\r\nHost: router\r\nConnection: close\r\n` +
    `Content-Type: application/json\r\nContent-Length: ${aSendBody().length}\r\n\r\n`;
  await connection.write(new TextEncoder().encode(head + body));
  return connection;
}

async function readAll(connection: Deno.Conn): Promise<string> {
  return await new Response(connection.readable).text();
}

const handles: Readonly<Record<string, NonNullable<ServerParts["handle"]>>> = {
  "at once": () => ({ kind: "pass" }),
  "later": () => Promise.resolve({ kind: "pass" }),
  "with a failure": () => {
    throw new Error("broken");
  },
  "later with a failure": () => Promise.reject(new Error("broken")),
};

for (const [how, handle] of Object.entries(handles)) {
  Deno.test(`nothing is under way when a rule has answered ${how}`, async () => {
    await using server = await serveCallbacks({ handle });
    assertEquals((await post(server)).status, 200);
    assertEquals(underWay(server), nothing);
  });

  Deno.test(`nothing is under way when a rule has answered ${how} a body in two parts`, async () => {
    await using server = await serveCallbacks({ handle });
    const body = aSendBody();
    const connection = await beginBody(server, body.slice(0, 5));
    await eventually("the head has come", () => server.requests.begun === 1);
    await connection.write(new TextEncoder().encode(body.slice(5)));
    assertEquals((await readAll(connection)).slice(0, 15), "HTTP/1.1 200 OK");
    assertEquals(underWay(server), nothing);
  });
}

for (
  const [what, parts, status] of [
    ["of another method", { method: "PUT" }, 405],
    ["that is no JSON", { headers: { "content-type": "text/plain" } }, 415],
    ["whose body is no JSON", { body: "{" }, 400],
    ["whose body is too large", { body: aSendBody({ more: "x".repeat(70_000) }) }, 413],
    ["of an unknown command", { path: "/callbackNoCommand" }, 404],
  ] as const
) {
  Deno.test(`nothing is under way for a request ${what}`, async () => {
    await using server = await serveCallbacks();
    assertEquals((await post(server, parts)).status, status);
    assertEquals(underWay(server), nothing);
  });
}

Deno.test("a body that has not come whole is under way, and is not when its sender hangs up", async () => {
  await using server = await serveCallbacks();
  const connection = await beginBody(server, aSendBody().slice(0, 5));
  await eventually("the head has come", () => server.requests.begun === 1);
  assertEquals(underWay(server), { requests: 1, inFlight: 0 });
  connection.close();
  await eventually("the router has seen it", () => server.turnedAway.length === 1);
  assertEquals(underWay(server), nothing);
});

Deno.test("a callback is under way as long as a rule of it is, and counts against the limit", async () => {
  const rule = Promise.withResolvers<{ readonly kind: "pass" }>();
  await using server = await serveCallbacks({ handle: () => rule.promise, inFlightLimit: 1 });
  // a server waits for what is under way when it ends, also where this test fails
  using _ = { [Symbol.dispose]: () => rule.resolve({ kind: "pass" }) };
  const answer = post(server);
  await eventually("the rule runs", () => server.inFlight.count === 1);
  assertEquals(underWay(server), { requests: 1, inFlight: 1 });
  assertEquals((await post(server)).status, 503);
  assertEquals(underWay(server), { requests: 1, inFlight: 1 });
  rule.resolve({ kind: "pass" });
  assertEquals((await answer).status, 200);
  assertEquals(underWay(server), { requests: 0, inFlight: 0 });
});
