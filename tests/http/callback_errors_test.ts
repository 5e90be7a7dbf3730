import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { eventually } from "../support/eventually.ts";
import { hanging } from "../chain/links.ts";
import {
  aSendBody,
  assertTurnedAway,
  freshID,
  plainAnswer,
  post,
  readCommand,
  sendCommand,
  serveCallbacks,
} from "./callback_server.ts";
import { chunked, sendRaw } from "./raw_request.ts";

const utf8 = new TextEncoder();
const json = "Content-Type: application/json";
const notUtf8 = Uint8Array.from([...utf8.encode('{"sendID":"'), 0xff, ...utf8.encode('"}')]);

for (const method of ["GET", "PUT", "DELETE", "PATCH", "OPTIONS"]) {
  Deno.test(`${method} gets 405 and an answer that OpenIM decodes`, async () => {
    await using server = await serveCallbacks();
    const answer = await post(server, { method });
    assertTurnedAway(answer, 405, 5405);
    assertStringIncludes(JSON.parse(answer.body).errDlt, method);
  });
}

Deno.test("a 405 says which method is taken", async () => {
  await using server = await serveCallbacks();
  assertEquals((await post(server, { method: "PUT" })).headers.get("allow"), "POST");
});

Deno.test("no other answer says which method is taken", async () => {
  await using server = await serveCallbacks();
  assertEquals((await post(server, { body: "[]" })).headers.get("allow"), null);
});

for (const contentType of ["text/plain", "application/jsonp", "application/xml; a=json"]) {
  Deno.test(`a body of type ${contentType} gets 415 and an answer that OpenIM decodes`, async () => {
    await using server = await serveCallbacks();
    assertTurnedAway(await post(server, { headers: { "content-type": contentType } }), 415, 5415);
  });
}

Deno.test("a request without a content type gets 415", async () => {
  await using server = await serveCallbacks();
  const body = aSendBody();
  const answer = await sendRaw(server.port, {
    path: `/${sendCommand}`,
    headers: [`Content-Length: ${body.length}`],
    body,
  });
  assertTurnedAway(answer, 415, 5415);
});

Deno.test("the content type is taken in any case and with parameters", async () => {
  await using server = await serveCallbacks();
  const { body } = await post(server, {
    headers: { "content-type": "Application/JSON ; charset=UTF-8" },
  });
  assertEquals(body, plainAnswer);
});

for (
  const [what, body] of [
    ["broken JSON", '{"sendID":'],
    ["an array", "[]"],
    ["null", "null"],
    ["an empty body", ""],
  ] as const
) {
  Deno.test(`${what} gets 400 and an answer that OpenIM decodes`, async () => {
    await using server = await serveCallbacks();
    assertTurnedAway(await post(server, { body }), 400, 5400);
  });
}

Deno.test("a request that names no command gets 400", async () => {
  await using server = await serveCallbacks();
  const answer = await post(server, { path: "/", body: '{"sendID":"u1"}' });
  assertTurnedAway(answer, 400, 5400);
});

Deno.test("an unknown command gets 404 and the nearest known name", async () => {
  await using server = await serveCallbacks();
  const answer = await post(server, { path: "/callbackBeforeSendGrupMsgCommand" });
  assertTurnedAway(answer, 404, 5404);
  assertStringIncludes(JSON.parse(answer.body).errDlt, sendCommand);
});

Deno.test("a URL and a body that name different commands get 409", async () => {
  await using server = await serveCallbacks();
  assertTurnedAway(await post(server, { path: `/${readCommand}` }), 409, 5409);
});

Deno.test("a field of the wrong type gets 422 and its name", async () => {
  await using server = await serveCallbacks();
  const answer = await post(server, { body: aSendBody({ sendID: 7 }) });
  assertTurnedAway(answer, 422, 5422);
  assertStringIncludes(JSON.parse(answer.body).errDlt, "sendID");
});

Deno.test("an oversized body that says its length gets 413", async () => {
  await using server = await serveCallbacks({ bodyLimit: 100 });
  const answer = await post(server, { body: aSendBody({ content: "x".repeat(100) }) });
  assertTurnedAway(answer, 413, 5413);
  assertStringIncludes(JSON.parse(answer.body).errDlt, "100 bytes");
});

Deno.test("an oversized body is turned away before it has come in", async () => {
  await using server = await serveCallbacks({ bodyLimit: 100 });
  const answer = await sendRaw(server.port, {
    path: `/${sendCommand}`,
    headers: [json, "Content-Length: 1000000000"],
  });
  assertTurnedAway(answer, 413, 5413);
});

Deno.test("an oversized chunked body gets 413 although its end is not in sight", async () => {
  await using server = await serveCallbacks({ bodyLimit: 100 });
  const endless = chunked(utf8.encode("x".repeat(60)), utf8.encode("x".repeat(60))).slice(0, -5);
  const answer = await sendRaw(server.port, {
    path: `/${sendCommand}`,
    headers: [json, "Transfer-Encoding: chunked"],
    body: endless,
  });
  assertTurnedAway(answer, 413, 5413);
});

Deno.test("a chunked body that is cut within a character is put together", async () => {
  let seen: unknown;
  await using server = await serveCallbacks({
    handle: ({ request }) => void (seen = request.content),
  });
  const bytes = utf8.encode(aSendBody({ content: "€" }));
  const inside = bytes.indexOf(0xe2) + 1;
  const answer = await sendRaw(server.port, {
    path: `/${sendCommand}`,
    headers: [json, "Transfer-Encoding: chunked"],
    body: chunked(bytes.slice(0, inside), bytes.slice(inside)),
  });
  assertEquals([answer.status, answer.body, seen], [200, plainAnswer, "€"]);
});

Deno.test("bytes that are no UTF-8 get 400 where the length is said", async () => {
  await using server = await serveCallbacks();
  const answer = await post(server, { body: notUtf8 });
  assertTurnedAway(answer, 400, 5400);
  assertStringIncludes(JSON.parse(answer.body).errDlt, "UTF-8");
});

Deno.test("bytes that are no UTF-8 get 400 where they come in chunks", async () => {
  await using server = await serveCallbacks();
  const answer = await sendRaw(server.port, {
    path: `/${sendCommand}`,
    headers: [json, "Transfer-Encoding: chunked"],
    body: chunked(notUtf8),
  });
  assertTurnedAway(answer, 400, 5400);
  assertStringIncludes(JSON.parse(answer.body).errDlt, "UTF-8");
});

Deno.test("an answer that turns a request away carries an operationID", async () => {
  await using server = await serveCallbacks();
  const { headers } = await post(server, { method: "PUT" });
  assertEquals(headers.get("operationid"), freshID);
});

Deno.test("an answer to a decodable request that is turned away carries its operationID", async () => {
  await using server = await serveCallbacks();
  const { headers } = await post(server, {
    headers: { operationID: "op-7" },
    body: aSendBody({ sendID: 7 }),
  });
  assertEquals(headers.get("operationid"), "op-7");
});

Deno.test("a request that got no further than its head is traced by its operationID", async () => {
  await using server = await serveCallbacks();
  const { headers } = await post(server, {
    headers: { operationID: "op-9", "content-type": "text/plain" },
  });
  assertEquals(headers.get("operationid"), "op-9");
  assertEquals(server.turnedAway.map(({ operationID }) => operationID), ["op-9"]);
});

for (
  const [what, request, command] of [
    ["its path", { path: `/hook/${sendCommand}`, body: "no JSON" }, true],
    ["its query", { path: `/?command=${sendCommand}`, body: "no JSON" }, true],
    [
      "its body",
      { path: "/", body: `{"callbackCommand":"${sendCommand}","sendID":5}` },
      true,
    ],
    ["nothing", { path: "/hook", body: "no JSON" }, false],
    ["what there is not", { path: "/callbackUnknownCommand" }, false],
  ] as const
) {
  Deno.test(`a request that names its command by ${what} is told to the operator with it`, async () => {
    await using server = await serveCallbacks();
    await post(server, request);
    assertEquals(server.turnedAway.map(({ command }) => command), [
      command ? sendCommand : undefined,
    ]);
  });
}

Deno.test("the operator is told what was turned away, and on which path", async () => {
  await using server = await serveCallbacks();
  await post(server, { path: "/hook/callbackUnknownCommand?command=x" });
  const told = server.turnedAway.map(({ error, path }) => [error.problem, path]);
  assertEquals(told, [["unknownCommand", "/hook/callbackUnknownCommand"]]);
});

Deno.test("a plugin's handle that throws is told to the operator, and the chat goes on", async () => {
  await using server = await serveCallbacks({
    handle() {
      throw new TypeError("of no use");
    },
  });
  const { status, body } = await post(server);
  assertEquals([status, body], [200, plainAnswer]);
  const [failure] = server.linkFailures;
  assertEquals(failure?.name, `plugin ${sendCommand}`);
  assertMatch(failure!.error.message, /callback_errors_test\.ts:\d+:\d+: TypeError: of no use$/);
});

Deno.test("a plugin's handle that rejects keeps the chat going", async () => {
  await using server = await serveCallbacks({
    handle: () => Promise.reject(new Error("of no use")),
  });
  assertEquals((await post(server)).body, plainAnswer);
});

Deno.test("a plugin's handle that throws refuses where the chain says so", async () => {
  await using server = await serveCallbacks({
    handle() {
      throw new Error("password=hunter2");
    },
    chain: { onError: "refuse" },
  });
  const { status, body } = await post(server);
  assertEquals([status, JSON.parse(body).nextCode], [200, 1]);
  assertEquals(body.includes("hunter2"), false);
});

Deno.test("a chain that spends its budget is answered at the budget's end", async () => {
  const { link } = hanging();
  await using server = await serveCallbacks({ links: [link], chain: { budget: 200 } });
  const answered = post(server);
  await eventually("the link runs", () => server.clock.timers > 0);
  server.clock.advance(200);
  const { status, body } = await answered;
  assertEquals([status, body], [200, plainAnswer]);
  assertEquals(server.linkFailures.map(({ name }) => name), ["hanging"]);
});

Deno.test("a chain that spends its budget refuses where it says so", async () => {
  const { link } = hanging();
  await using server = await serveCallbacks({
    links: [link],
    chain: { budget: 200, onError: "refuse" },
  });
  const answered = post(server);
  await eventually("the link runs", () => server.clock.timers > 0);
  server.clock.advance(200);
  assertEquals(JSON.parse((await answered).body).nextCode, 1);
});

Deno.test("what breaks inside the router gets 500, tells the operator and leaks nothing", async () => {
  await using server = await serveCallbacks();
  // the clock is what every answer needs
  server.clock.monotonic = () => {
    throw new Error("secret of the house");
  };
  const answer = await post(server);
  assertTurnedAway(answer, 500, 5500);
  assertEquals(answer.body.includes("secret"), false);
  const causes = server.turnedAway.map(({ error }) => (error.cause as Error).message);
  assertEquals(causes, ["secret of the house"]);
});
