import { assertEquals, assertStringIncludes } from "@std/assert";
import { ruleBench, ruleProblems, testCommand } from "./rule_bench.ts";

Deno.test("a line carries the operation and the command", async () => {
  const bench = ruleBench([{ use: "log" }]);
  await bench.run({ operationID: "op-7" });
  assertEquals(bench.logged, [{
    level: "info",
    message: "callback",
    properties: { operationID: "op-7", command: testCommand },
  }]);
});

Deno.test("level and message are the rule's own", async () => {
  const bench = ruleBench([{ use: "log", level: "warning", message: "a user reads often" }]);
  await bench.run();
  assertEquals(bench.logged.map(({ level, message }) => [level, message]), [
    ["warning", "a user reads often"],
  ]);
});

Deno.test("a field of a list is named by its expression", async () => {
  const bench = ruleBench([{ use: "log", fields: ["sendID", "sendID + '!'"] }]);
  await bench.run();
  const { properties } = bench.logged[0]!;
  assertEquals([properties.sendID, properties["sendID + '!'"]], ["u1", "u1!"]);
});

Deno.test("a field may have a name of its own", async () => {
  const bench = ruleBench([{ use: "log", fields: { reader: "sendID" } }]);
  await bench.run();
  assertEquals(bench.logged[0]?.properties.reader, "u1");
});

Deno.test("an int64 beyond 2^53 is logged with every digit", async () => {
  const bench = ruleBench([{ use: "log", fields: ["unreadMsgNum"] }]);
  const text = '{"sendID":"u1","receiveID":"u1","unreadMsgNum":9007199254740993}';
  await bench.run({ text, request: JSON.parse(text) });
  assertEquals(String(bench.logged[0]?.properties.unreadMsgNum), "9007199254740993");
});

Deno.test("a field that the callback does not carry is logged as null", async () => {
  const bench = ruleBench([{ use: "log", fields: ["contentType"] }]);
  await bench.run({ request: { sendID: "u1", receiveID: "u1", unreadMsgNum: 5 } });
  assertEquals(bench.logged[0]?.properties.contentType, null);
});

Deno.test("a line says nothing about the verdict", async () => {
  const { outcomes, verdict } = await ruleBench([{ use: "log" }]).run();
  assertEquals([outcomes, verdict], [[{ kind: "pass" }], { kind: "continue", overrides: {} }]);
});

Deno.test("nothing is logged where the condition is false", async () => {
  const bench = ruleBench([{ use: "log", when: "unreadMsgNum > 100" }]);
  const { traces } = await bench.run();
  assertEquals([bench.logged, traces[0]?.skipped], [[], "when"]);
});

Deno.test("a misspelt field is an error at its place in the list", () => {
  assertEquals(ruleProblems([{ use: "log", fields: ["sendID", "sendId"] }]), [
    'rules[0].fields[1]: unknown field "sendId", did you mean "sendID"?',
  ]);
});

Deno.test("a misspelt field is an error at its name", () => {
  assertEquals(ruleProblems([{ use: "log", fields: { reader: "sendId" } }]), [
    'rules[0].fields.reader: unknown field "sendId", did you mean "sendID"?',
  ]);
});

Deno.test("a level that is none is an error that lists the levels", () => {
  const [problem] = ruleProblems([{ use: "log", level: "loud" }]);
  assertStringIncludes(problem!, 'rules[0].level: expected "debug" or "info" or "warning"');
});

for (const name of ["@timestamp", "level", "message", "logger"]) {
  Deno.test(`a field named ${name} would pass for the line's own and is refused`, () => {
    const [problem] = ruleProblems([{ use: "log", fields: { [name]: "sendID" } }]);
    assertStringIncludes(
      problem ?? "",
      `every line has a "${name}" of its own; choose another name`,
    );
  });
}

Deno.test("a body that is nested too deeply is told, and the line is there", async () => {
  for (const [open, close] of [["[", "]"], ['{"a":', "}"]] as const) {
    const bench = ruleBench([{ use: "log", fields: { all: "body", who: "sendID" } }]);
    const text = `{"sendID":"u1","receiveID":"u1","unreadMsgNum":5,"x":${open.repeat(20_000)}1${
      close.repeat(20_000)
    }}`;
    const { outcomes } = await bench.run({ text, request: JSON.parse(text) });
    assertEquals(outcomes, [{ kind: "pass" }]);
    const { all, who } = bench.logged[0]!.properties;
    assertEquals([all, who], ["[nested too deeply]", "u1"]);
  }
});

Deno.test("a number beside it is read digit for digit", async () => {
  const bench = ruleBench([{ use: "log", fields: { all: "body", count: "unreadMsgNum" } }]);
  const text = `{"sendID":"u1","receiveID":"u1","unreadMsgNum":9007199254740993,"x":${
    "[".repeat(20_000)
  }1${"]".repeat(20_000)}}`;
  const { outcomes } = await bench.run({ text, request: JSON.parse(text) });
  assertEquals(outcomes, [{ kind: "pass" }]);
  const { all, count } = bench.logged[0]!.properties;
  assertEquals([all, count], ["[nested too deeply]", 9007199254740993n]);
});
