import { assertEquals } from "@std/assert";
import { readNames } from "../../src/expressions/read_names.ts";
import { messageTextFields } from "../../src/openim/message_text_fields.ts";
import { groupSendCommand, loggedOf } from "./log_lines.ts";

const text = { content: '{"content":"private"}', title: "private", desc: "private" };

Deno.test("a log rule without fields prints nothing but the callback's identity", async () => {
  assertEquals(Object.keys(await loggedOf([{ use: "log" }])), ["operationID", "command"]);
});

Deno.test("the whole body is logged without the text of messages", async () => {
  const { body } = await loggedOf([{ use: "log", fields: ["body"] }], { request: text });
  const { content, title, desc, sendID } = body as Record<string, unknown>;
  assertEquals([content, title, desc, sendID], [
    ...Array(3).fill("[message text]"),
    "1695766238",
  ]);
});

for (const source of ["[body]", "{'all': body}", "[{'b': [body]}]"]) {
  Deno.test(`${source} is logged without the text of messages`, async () => {
    const logged = await loggedOf([{ use: "log", fields: { made: source } }], { request: text });
    assertEquals(JSON.stringify(logged).includes("private"), false);
    assertEquals(JSON.stringify(logged).includes("1695766238"), true);
  });
}

for (const source of ["content", "body.content", "body['content']", "text(content)"]) {
  Deno.test(`${source} asks for the text of messages and is given it`, async () => {
    const logged = await loggedOf([{ use: "log", fields: { said: source } }], { request: text });
    assertEquals(String(logged.said).includes("private"), true);
  });
}

Deno.test("the body beside a field of it that is asked for has no more than that", async () => {
  const { made } = await loggedOf(
    [{ use: "log", fields: { made: "{'title': body.title, 'all': body}" } }],
    { request: { ...text, desc: "secret" } },
  );
  const { title, all } = made as Record<string, unknown>;
  assertEquals(title, "private");
  assertEquals((all as Record<string, unknown>).desc, "[message text]");
});

for (
  const fields of [
    ["sendID"],
    { who: "sendID" },
    { who: "body.sendID" },
    { who: "body['sendID']" },
    { who: "[sendID, command]" },
    { who: "'user ' + sendID" },
    { who: "sendID == 'u1' ? 'yes' : 'no'" },
    { sendID: "'anything'" },
  ]
) {
  Deno.test(`${JSON.stringify(fields)} tells nothing of a redacted sendID`, async () => {
    const { operationID: _id, command: _command, ...rest } = await loggedOf(
      [{ use: "log", fields }],
      { redact: ["sendID"] },
    );
    assertEquals(Object.values(rest), ["[redacted]"]);
  });
}

Deno.test("fields beside a redacted one are logged", async () => {
  const logged = await loggedOf([{ use: "log", fields: ["sendID", "groupID", "command + ''"] }], {
    redact: ["sendID"],
  });
  assertEquals([logged.groupID, logged["command + ''"]], ["3047716255", groupSendCommand]);
});

Deno.test("an expression reads its variables, members and texts", () => {
  assertEquals([...readNames("body.a == 'b' && c[0].d > size(e)")].toSorted(), [
    ...["a", "b", "body", "c", "d", "e", "size"],
  ]);
  assertEquals(readNames("not an ( expression"), new Set());
});

Deno.test("the fields that hold message text are those of the message and the push callbacks", () => {
  assertEquals(messageTextFields, ["content", "title", "desc", "offlinePushInfo"]);
});
