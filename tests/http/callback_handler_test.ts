import { assertEquals, assertNotEquals, assertStringIncludes } from "@std/assert";
import { override, pass, refuse } from "../../src/chain/outcome.ts";
import type { TraceContext } from "../../src/chain/trace_context.ts";
import { era21, eras, goDecode, refuses } from "../openim/go_decoder.ts";
import { aLink, saying } from "../chain/links.ts";
import {
  aSendBody,
  freshID,
  plainAnswer,
  post,
  readCommand,
  sendCommand,
  serveCallbacks,
} from "./callback_server.ts";
import { sendRaw } from "./raw_request.ts";

const documentedBody = JSON.stringify({
  callbackCommand: "callbackGroupMsgReadCommand",
  sendID: "user123",
  receiveID: "group789",
  unreadMsgNum: 5,
});

Deno.test("the documented request in the documented URL form gets the plain answer", async () => {
  await using server = await serveCallbacks();
  const { status, headers, body } = await post(server, {
    path: "/callbackExample?command=callbackGroupMsgReadCommand&contenttype=json",
    body: documentedBody,
  });
  assertEquals([status, body], [200, plainAnswer]);
  assertEquals(headers.get("content-type"), "application/json");
});

Deno.test("every request needs the rules until it is answered, turned away or not", async () => {
  await using server = await serveCallbacks();
  await post(server, { path: `/${readCommand}`, body: documentedBody });
  await post(server, { path: "/unknownCommand", body: "{" });
  assertEquals(server.requests, { begun: 2, ended: 2 });
});

Deno.test("the documented request in the path form gets the plain answer", async () => {
  await using server = await serveCallbacks();
  const { status, body } = await post(server, {
    path: "/callbackExample/callbackGroupMsgReadCommand",
    body: documentedBody,
  });
  assertEquals([status, body], [200, plainAnswer]);
});

Deno.test("a URL that ends in a slash, which doubles one, is answered as well", async () => {
  await using server = await serveCallbacks();
  const { body } = await post(server, { path: `/hook//${sendCommand}/` });
  assertEquals(body, plainAnswer);
});

Deno.test("a command that only the body names is answered", async () => {
  await using server = await serveCallbacks();
  assertEquals((await post(server, { path: "/" })).body, plainAnswer);
});

Deno.test("the plain answer is one that every era of OpenIM takes for consent", async () => {
  await using server = await serveCallbacks();
  const { body } = await post(server);
  assertEquals(eras.filter((era) => refuses(body, era)), []);
});

Deno.test("a refusal is a 200 whose body stops the operation from 3.7 on", async () => {
  await using server = await serveCallbacks({
    handle: () => refuse(5101, "no links", "see the rules"),
  });
  const { status, body } = await post(server);
  assertEquals(status, 200);
  assertEquals(JSON.parse(body), {
    actionCode: 0,
    errCode: 5101,
    errMsg: "no links",
    errDlt: "see the rules",
    nextCode: 1,
  });
});

Deno.test("an override stands at the top level of the answer", async () => {
  await using server = await serveCallbacks({ handle: () => override({ content: "***" }) });
  assertEquals(JSON.parse((await post(server)).body), {
    ...JSON.parse(plainAnswer),
    content: "***",
  });
});

Deno.test("an after-callback continues although a rule refuses", async () => {
  await using server = await serveCallbacks({ links: [saying(refuse(5101, "too late"))] });
  const { status, body } = await post(server, { path: `/${readCommand}`, body: documentedBody });
  assertEquals([status, body], [200, plainAnswer]);
});

Deno.test("an after-callback continues although its chain failed and refuses on errors", async () => {
  await using server = await serveCallbacks({
    links: [saying({ kind: "fail", error: new Error("broken") })],
    chain: { onError: "refuse" },
  });
  const { body } = await post(server, { path: `/${readCommand}`, body: documentedBody });
  assertEquals(body, plainAnswer);
});

Deno.test("a v2 server is refused in the way that it reads", async () => {
  await using server = await serveCallbacks({ handle: () => refuse(5101, "no links") });
  const content = aSendBody({ operationID: "op-v2" });
  const { status, body } = await sendRaw(server.port, {
    headers: ["Content-Type: application/json", `Content-Length: ${content.length}`],
    body: content,
  });
  assertEquals(status, 200);
  assertEquals(refuses(body, era21), true);
  assertEquals(JSON.parse(body), {
    actionCode: 1,
    errCode: 5101,
    errMsg: "no links",
    operationID: "op-v2",
  });
});

Deno.test("a v3 server that closes its connection is refused as v3", async () => {
  await using server = await serveCallbacks({ handle: () => refuse(5101, "no links") });
  const content = aSendBody();
  const { body } = await sendRaw(server.port, {
    path: `/${sendCommand}`,
    headers: ["Content-Type: application/json", `Content-Length: ${content.length}`],
    body: content,
  });
  assertEquals(JSON.parse(body).nextCode, 1);
});

Deno.test("the documented style writes nextCode as the documentation's text", async () => {
  await using server = await serveCallbacks({ nextCode: "documented" });
  assertEquals(JSON.parse((await post(server)).body).nextCode, "");
});

Deno.test("the operationID of the request's header comes back in the answer's", async () => {
  await using server = await serveCallbacks();
  const { headers } = await post(server, { headers: { operationID: "op-7 of phone" } });
  assertEquals(headers.get("operationid"), "op-7 of phone");
});

Deno.test("an empty operationID header gives way to the body's", async () => {
  await using server = await serveCallbacks();
  const { headers } = await post(server, {
    headers: { operationID: "" },
    body: aSendBody({ operationID: "op-body" }),
  });
  assertEquals(headers.get("operationid"), "op-body");
});

Deno.test("a callback without an operationID gets a fresh one", async () => {
  await using server = await serveCallbacks();
  assertEquals((await post(server)).headers.get("operationid"), freshID);
});

for (
  const [what, forged] of [
    ["a line break", "op\r\nSet-Cookie: stolen=1"],
    ["a bare line feed", "op\nSet-Cookie: stolen=1"],
    ["a NUL", "op\0"],
    ["a letter outside ASCII", "öp"],
  ] as const
) {
  Deno.test(`an operationID with ${what} never reaches the answer's headers`, async () => {
    await using server = await serveCallbacks();
    const { status, headers } = await post(server, { body: aSendBody({ operationID: forged }) });
    assertEquals([status, headers.get("operationid")], [200, freshID]);
    assertEquals(headers.get("set-cookie"), null);
  });
}

Deno.test("an operationID with a line break never reaches a v2 refusal's headers", async () => {
  await using server = await serveCallbacks({ handle: () => refuse(5101, "no links") });
  const content = aSendBody({ operationID: "op\r\nSet-Cookie: stolen=1" });
  const { headers } = await sendRaw(server.port, {
    headers: ["Content-Type: application/json", `Content-Length: ${content.length}`],
    body: content,
  });
  assertEquals([headers.get("operationid"), headers.get("set-cookie")], [freshID, null]);
});

Deno.test("callbacks at once get each their own answer", async () => {
  await using server = await serveCallbacks({
    handle: async ({ request }) => {
      await Promise.resolve();
      return override({ content: String(request.sendID) });
    },
  });
  const users = Array.from({ length: 20 }, (_, index) => `user-${index}`);
  const answers = await Promise.all(
    users.map((sendID) => post(server, { body: aSendBody({ sendID }) })),
  );
  assertEquals(answers.map(({ body }) => JSON.parse(body).content), users);
});

Deno.test("an override that an answer's own field would clash with leaves nextCode as it is", async () => {
  await using server = await serveCallbacks({
    links: [saying(override({ NextCode: "1", ex: "x" }))],
  });
  const { body } = await post(server);
  for (const era of eras) assertNotEquals(goDecode(body, era).nextCode, 1);
  assertStringIncludes(body, '"ex":"x"');
});

Deno.test("a rule knows the trace that a callback's headers name", async () => {
  const seen: (TraceContext | undefined)[] = [];
  const looking = aLink("looking", (_callback, { traceContext }) => {
    seen.push(traceContext);
    return pass();
  });
  await using server = await serveCallbacks({ links: [looking] });
  const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  await post(server, { headers: { Traceparent: traceparent, tracestate: "a=b" } });
  await post(server, { headers: { traceparent: "nonsense", tracestate: "a=b" } });
  await post(server);
  assertEquals(seen, [{ traceparent, tracestate: "a=b" }, undefined, undefined]);
});
