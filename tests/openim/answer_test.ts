import { assertEquals, assertFalse, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import { type AnswerReading, readAnswer } from "../../src/openim/answer.ts";
import { encode } from "../../src/openim/encode.ts";
import type { Verdict } from "../../src/openim/verdict.ts";
import { era37, refuses } from "./go_decoder.ts";

const answer = (parts: Record<string, unknown>) => readAnswer(JSON.stringify(parts));

const consent = (overrides: Record<string, unknown> = {}): AnswerReading => ({
  kind: "verdict",
  verdict: { kind: "continue", overrides },
});

const refusal = (code: number, message = "", detail = ""): AnswerReading => ({
  kind: "verdict",
  verdict: { kind: "refuse", code, message, detail },
});

for (const text of ["", " \n"]) {
  Deno.test(`${JSON.stringify(text)} is a plain consent`, () => {
    assertEquals(readAnswer(text), consent());
  });
}

Deno.test("the documentation's own sample is a plain consent", () => {
  assertEquals(
    answer({ actionCode: 0, errCode: 0, errMsg: "Success", errDlt: "", nextCode: "" }),
    consent(),
  );
});

for (const nextCode of [1, "1"]) {
  Deno.test(`nextCode ${JSON.stringify(nextCode)} refuses with the answer's own words`, () => {
    assertEquals(
      answer({ actionCode: 0, errCode: 5007, errMsg: "no", errDlt: "closed", nextCode }),
      refusal(5007, "no", "closed"),
    );
  });
}

for (const nextCode of [0, "0", "", 2, null]) {
  Deno.test(`nextCode ${JSON.stringify(nextCode)} continues`, () => {
    assertEquals(answer({ nextCode }), consent());
  });
}

for (const errCode of [0, -3, null, undefined]) {
  Deno.test(`a refusal with the errCode ${errCode} gets a code of the reserved range`, () => {
    assertEquals(answer({ errCode, nextCode: 1 }), refusal(5001));
  });
}

Deno.test("an errCode alone does not refuse, as in 3.7 and later", () => {
  assertEquals(answer({ errCode: 5001, errMsg: "no" }), { ...consent(), errCode: 5001 });
});

for (const actionCode of [1, -1]) {
  Deno.test(`actionCode ${actionCode} says that the target did not execute`, () => {
    const reading = answer({ actionCode, errMsg: "out of order", nextCode: 1 });
    assertEquals(reading.kind, "notExecuted");
    assertStringIncludes(reading.kind === "notExecuted" ? reading.reason : "", "out of order");
  });
}

Deno.test("fields beside the answer's own are overrides", () => {
  assertEquals(
    answer({ actionCode: 0, nextCode: 0, ex: "x", groupName: "g" }),
    consent({ ex: "x", groupName: "g" }),
  );
});

Deno.test("null counts as not given, for an override and for an answer field", () => {
  assertEquals(answer({ actionCode: null, errMsg: null, ex: null }), consent());
});

Deno.test("an override beyond 2^53 keeps its digits", () => {
  assertEquals(
    readAnswer('{"nextCode":0,"sendTime":9007199254740993}'),
    consent({ sendTime: 9007199254740993n }),
  );
});

Deno.test("a refusal drops the overrides beside it", () => {
  assertEquals(answer({ errCode: 5001, nextCode: 1, ex: "x" }), refusal(5001));
});

for (
  const [text, expected] of [
    ['{"nextCode":1,"NextCode":null}', refusal(5001)],
    ['{"NextCode":null,"nextCode":1}', refusal(5001)],
    ['{"nextCode":1,"NextCode":0}', consent()],
    ['{"nextCode":0,"NextCode":1}', refusal(5001)],
    ['{"nextCode":null,"NextCode":null}', consent()],
    ['{"nextCode":1,"errCode":5007,"ErrCode":null}', refusal(5007)],
    ['{"nextCode":1,"errMsg":"no","ERRMSG":null,"errmsg":"closed"}', refusal(5001, "closed")],
  ] as const
) {
  Deno.test(`of several spellings the last that gives something counts: ${text}`, () => {
    assertEquals(readAnswer(text), expected);
    const refused = expected.kind === "verdict" && expected.verdict.kind === "refuse";
    assertEquals(refuses(text, era37), refused);
  });
}

for (
  const [text, came] of [
    ["{}", "an object without members"],
    ['{"score":0.93}', '"score"'],
    ['{"code":1,"allow":false}', '"code", "allow"'],
    ['{"data":{"errCode":5001,"nextCode":1}}', '"data"'],
    ['{"a":1,"b":2,"c":3,"d":4,"e":5,"f":6}', '"a", "b", "c", "d", "e", ...'],
  ] as const
) {
  Deno.test(`${text} is no answer of OpenIM's, and the reason says what came`, () => {
    const reading = readAnswer(text);
    assertEquals(reading.kind, "foreign");
    assertStringIncludes(reading.kind === "foreign" ? reading.reason : "", `it has ${came}`);
  });
}

Deno.test("an override of the command alone is an answer of OpenIM's", () => {
  assertEquals(readAnswer('{"content":"x"}', ["content"]), consent({ content: "x" }));
  assertEquals(readAnswer('{"nickname":"x"}', ["content"]).kind, "foreign");
});

const unreadable = [
  "null",
  "[]",
  '"ok"',
  "1",
  "ok",
  "{",
  "{}{}",
  "<html>",
  '{"nextCode":"nextCodeValue"}',
];
for (const text of unreadable) {
  Deno.test(`${JSON.stringify(text)} is unreadable, with a reason`, () => {
    const reading = readAnswer(text);
    assertEquals(reading.kind, "unreadable");
    assertEquals(reading.kind === "unreadable" && reading.reason.length > 0, true);
  });
}

for (
  const [field, value] of [
    ["actionCode", "0"],
    ["errCode", true],
    ["errCode", 1.5],
    ["errMsg", 5],
    ["errDlt", {}],
    ["nextCode", 1.5],
  ] as const
) {
  Deno.test(`${field} ${JSON.stringify(value)} is unreadable and the reason names it`, () => {
    const reading = answer({ [field]: value });
    assertEquals(reading.kind, "unreadable");
    assertStringIncludes(reading.kind === "unreadable" ? reading.reason : "", field);
  });
}

Deno.test("the answer's own fields are found by the names that Go takes for theirs", () => {
  assertEquals(
    answer({ ActionCode: 0, ERRCODE: 5007, "errM\u017fg": "no", errdlt: "closed", NextCode: 1 }),
    refusal(5007, "no", "closed"),
  );
});

Deno.test("an answer field under a folded name is no override", () => {
  assertEquals(answer({ NEXTCODE: 0, ErrMsg: "Success", ex: "x" }), consent({ ex: "x" }));
});

for (const field of ["actionCode", "errCode", "nextCode"]) {
  for (const digits of ["2147483648", "-2147483649", "9007199254740993", "1e10"]) {
    Deno.test(`${field} ${digits} is no int32 and unreadable`, () => {
      const reading = readAnswer(`{"${field}":${digits}}`);
      assertEquals(reading.kind, "unreadable");
      assertStringIncludes(reading.kind === "unreadable" ? reading.reason : "", field);
    });
  }
}

Deno.test("the largest int32 is a readable errCode", () => {
  assertEquals(answer({ errCode: 2 ** 31 - 1, nextCode: 1 }), refusal(2 ** 31 - 1));
});

for (const text of ["hunter2", "<html>hunter2", '{"password": hunter2}']) {
  Deno.test(`the reason why ${JSON.stringify(text)} is no JSON does not quote it`, () => {
    const reading = readAnswer(text);
    assertEquals(reading, { kind: "unreadable", reason: "the answer is not JSON" });
    assertFalse(JSON.stringify(reading).includes("hunter2"));
  });
}

Deno.test("what encode writes is read back as the same verdict", () => {
  const verdicts: fc.Arbitrary<Verdict> = fc.oneof(
    fc.record({
      kind: fc.constant("refuse" as const),
      code: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
      message: fc.string(),
      detail: fc.string(),
    }),
    fc.record({
      kind: fc.constant("continue" as const),
      overrides: fc.dictionary(fc.stringMatching(/^x\w{0,9}$/), fc.string()),
    }),
  );
  const styles = fc.constantFrom("number", "documented");
  fc.assert(fc.property(verdicts, styles, (verdict, nextCode) => {
    const body = encode(verdict, { dialect: "v3", nextCode, operationID: "op-1" });
    const read = readAnswer(body);
    assertEquals(
      JSON.parse(JSON.stringify(read)),
      JSON.parse(JSON.stringify({ kind: "verdict", verdict })),
    );
  }));
});

Deno.test("any text gives a reading and never throws", () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
    const { kind } = readAnswer(text);
    assertEquals(["verdict", "notExecuted", "unreadable", "foreign"].includes(kind), true);
  }));
});

for (
  const [body, nextCode] of [
    ['{"nextCode":1,"NextCode":null}', 1],
    ['{"NextCode":null,"nextCode":1}', 1],
    ['{"nextCode":1,"NEXTCODE":0}', 0],
    ['{"NEXTCODE":0,"nextCode":1}', 1],
  ] as const
) {
  Deno.test(`${body} says nextCode ${nextCode}, as in Go`, () => {
    const read = readAnswer(body);
    assertEquals(read.kind === "verdict" && read.verdict.kind, nextCode ? "refuse" : "continue");
  });
}
