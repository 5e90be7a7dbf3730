/** Whatever comes over the wire, the answer is one that OpenIM reads, and nothing stops. */
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { ownRegistry } from "../support/own_plugins.ts";
import { newestSample } from "../support/samples.ts";
import { assertConsent } from "./any_answer.ts";
import { anyRequest } from "./any_request.ts";
import { type CallbackServer, plainAnswer } from "./callback_server.ts";
import { serveRules } from "./command_server.ts";
import { type RawRequest, requestBytes, sendAndHangUp, sendBytes, sendRaw } from "./raw_request.ts";

/** Every command, with a rule that looks at each callback. */
async function serveEverything(): Promise<CallbackServer> {
  const { server, problems } = await serveRules(ownRegistry.plugins, {
    "*": { rules: [{ use: "log", fields: { all: "body", by: "operationID" } }] },
  });
  assertEquals(problems, []);
  return server;
}

const { command, body } = newestSample("callbackAfterGroupMsgReadCommand");
const good: RawRequest = {
  path: `/${command}`,
  headers: ["Content-Type: application/json", `Content-Length: ${body.length}`],
  body,
};

/** That the server still does its work. */
async function assertAlive({ port }: CallbackServer): Promise<void> {
  assertEquals((await sendRaw(port, good)).body, plainAnswer);
}

const whole = 500;

Deno.test(`every request gets an answer that OpenIM decodes: ${whole} requests`, async () => {
  await using server = await serveEverything();
  const met = new Set<number>();
  const property = fc.asyncProperty(anyRequest, async (request) => {
    const answer = await sendRaw(server.port, request);
    assertConsent(answer);
    met.add(answer.status);
  });
  await fc.assert(property, { numRuns: whole });
  await assertAlive(server);
  // the requests are no proof if they all fail at the same check
  assertEquals([200, 400, 404, 405, 415, 422].filter((status) => !met.has(status)), []);
});

/** A request of which a part is cut out and replaced. */
const brokenRequest = fc.tuple(
  anyRequest.map(requestBytes),
  fc.double({ min: 0, max: 1, noNaN: true }),
  fc.nat({ max: 20 }),
  fc.uint8Array({ maxLength: 5 }),
).map(([bytes, at, length, put]) => {
  const start = Math.floor(at * bytes.length);
  return Uint8Array.from([...bytes.slice(0, start), ...put, ...bytes.slice(start + length)]);
});
const cutRequest = fc.tuple(
  anyRequest.map(requestBytes),
  fc.double({ min: 0, max: 1, noNaN: true }),
).map(([bytes, at]) => bytes.slice(0, Math.floor(at * bytes.length)));
const anyBytes = fc.oneof(brokenRequest, cutRequest, fc.uint8Array({ maxLength: 500 }));

const broken = 500;

Deno.test(`bytes that are no request stop nothing: ${broken} of them`, async () => {
  await using server = await serveEverything();
  const property = fc.asyncProperty(anyBytes, async (bytes) => {
    const answer = await sendBytes(server.port, bytes);
    // what is no HTTP is turned away before the router sees it, with a status and no body
    if (answer?.headers.has("content-type")) assertConsent(answer);
    await assertAlive(server);
  });
  await fc.assert(property, { numRuns: broken });
});

Deno.test(`clients that hang up at any byte stop nothing: ${broken} of them`, async () => {
  await using server = await serveEverything();
  const property = fc.asyncProperty(anyBytes, async (bytes) => {
    await sendAndHangUp(server.port, bytes);
    await assertAlive(server);
  });
  await fc.assert(property, { numRuns: broken });
  assertEquals(server.turnedAway.filter(({ error }) => error.problem === "internal"), []);
});
