import { assert, assertEquals, assertFalse } from "@std/assert";
import fc from "fast-check";
import {
  answerField,
  encode,
  type EncodeOptions,
  encodeRequestError,
} from "../../src/openim/encode.ts";
import { parseExact } from "../../src/openim/exact_json.ts";
import {
  RequestError,
  type RequestProblem,
  requestProblems,
} from "../../src/openim/request_error.ts";
import { plainContinue, type Verdict } from "../../src/openim/verdict.ts";
import { era21, era30, era34, era36, era37, eras, goDecode, refuses } from "./go_decoder.ts";

const answerFields = ["actionCode", "errCode", "errMsg", "errDlt", "nextCode"];

/** Names that Go takes for one of the answer's own. */
const foldedNames = ["NextCode", "nextcode", "ERRMSG", "errM\u017fg", "ActionCode", "ERRDLT"];

const plain = '{"actionCode":0,"errCode":0,"errMsg":"Success","errDlt":"","nextCode":0}';

const options = (parts: Partial<EncodeOptions> = {}): EncodeOptions => ({
  dialect: "v3",
  nextCode: "number",
  operationID: "op-1",
  ...parts,
});

const continueWith = (overrides: Record<string, unknown>): Verdict => ({
  kind: "continue",
  overrides,
});

const refusal = (code = 5001): Verdict => ({
  kind: "refuse",
  code,
  message: "not here",
  detail: "the group is closed",
});

const overrides = fc.dictionary(
  fc.oneof(
    fc.constantFrom(...answerFields, ...foldedNames, "ex", "content", "toString"),
    fc.string(),
  ),
  fc.oneof(fc.jsonValue(), fc.bigInt(), fc.constantFrom(1, "1", true, 2 ** 40)),
);

const refusals: fc.Arbitrary<Verdict> = fc.record({
  kind: fc.constant("refuse" as const),
  code: fc.oneof(fc.integer(), fc.double(), fc.constantFrom(0, -1, 2 ** 31, NaN, Infinity)),
  message: fc.string({ unit: "binary" }),
  detail: fc.string({ unit: "binary" }),
});

const continues: fc.Arbitrary<Verdict> = overrides.map(continueWith);
const verdicts = fc.oneof(continues, refusals);

Deno.test("a plain continue is the documented body, byte for byte", () => {
  assertEquals(encode(plainContinue, options()), plain);
});

Deno.test("a continue with empty overrides is the plain body", () => {
  assertEquals(encode(continueWith({}), options()), plain);
});

Deno.test("a continue to version 2 is the plain body", () => {
  assertEquals(encode(plainContinue, options({ dialect: "v2" })), plain);
});

Deno.test("a refusal to version 3 is the documented body, byte for byte", () => {
  assertEquals(
    encode(refusal(), options()),
    '{"actionCode":0,"errCode":5001,"errMsg":"not here","errDlt":"the group is closed","nextCode":1}',
  );
});

Deno.test("a refusal to version 2 has actionCode 1 with the rule's code and message", () => {
  const { actionCode, errCode, errMsg } = goDecode(
    encode(refusal(), options({ dialect: "v2" })),
    era21,
  );
  assertEquals({ actionCode, errCode, errMsg }, {
    actionCode: 1,
    errCode: 5001,
    errMsg: "not here",
  });
});

for (const code of [0, -1, -0, 1.5, 2 ** 31, -(2 ** 31), NaN, Infinity]) {
  Deno.test(`a refusal with the impossible code ${code} still has a positive int32 code`, () => {
    const { errCode } = goDecode(encode(refusal(code), options()), era37);
    assert(typeof errCode === "number" && errCode > 0);
  });
}

for (const code of [1, 5000, 9999, 2 ** 31 - 1]) {
  Deno.test(`a refusal keeps the code ${code}`, () => {
    assertEquals(goDecode(encode(refusal(code), options()), era37).errCode, code);
  });
}

Deno.test("overrides stand beside the answer's own fields, unwrapped", () => {
  assertEquals(
    encode(continueWith({ content: "***", ex: null }), options()),
    plain.replace("}", ',"content":"***","ex":null}'),
  );
});

for (const field of [...answerFields, ...foldedNames]) {
  Deno.test(`an override never replaces ${field}`, () => {
    assertEquals(encode(continueWith({ [field]: 1 }), options()), plain);
  });
}

for (const field of ["nextCodes", "code", "err_msg", "", "__proto__", "constructor"]) {
  Deno.test(`"${field}" is no answer field, whatever the case`, () => {
    assertEquals(answerField(field), undefined);
  });
}

Deno.test("a name that Go folds onto an answer field is that field", () => {
  assertEquals(foldedNames.map(answerField), [
    "nextCode",
    "nextCode",
    "errMsg",
    "errMsg",
    "actionCode",
    "errDlt",
  ]);
});

Deno.test("an override beyond 2^53 is written digit for digit", () => {
  assertEquals(
    encode(continueWith({ sendTime: 9007199254740993n }), options()),
    plain.replace("}", ',"sendTime":9007199254740993}'),
  );
});

Deno.test("a bigint inside an override is written digit for digit", () => {
  assertEquals(
    encode(continueWith({ times: [{ at: -9223372036854775808n }] }), options()),
    plain.replace("}", ',"times":[{"at":-9223372036854775808}]}'),
  );
});

Deno.test("a note stands in errDlt and the chat continues", () => {
  const body = encode(plainContinue, options({ note: "1 not stored" }));
  assertEquals(body, plain.replace('"errDlt":""', '"errDlt":"1 not stored"'));
});

Deno.test("a note does not displace overrides", () => {
  const body = encode(continueWith({ ex: "x" }), options({ note: "1 not stored" }));
  assertEquals(JSON.parse(body), {
    actionCode: 0,
    errCode: 0,
    errMsg: "Success",
    errDlt: "1 not stored",
    nextCode: 0,
    ex: "x",
  });
});

Deno.test("an empty note changes nothing", () => {
  assertEquals(encode(plainContinue, options({ note: "" })), plain);
});

Deno.test("a note does not turn into part of a refusal", () => {
  assertEquals(encode(refusal(), options({ note: "lost" })), encode(refusal(), options()));
});

Deno.test("the documented style writes a continue's nextCode as empty text", () => {
  const body = encode(plainContinue, options({ nextCode: "documented" }));
  assertEquals(body, plain.replace('"nextCode":0', '"nextCode":""'));
});

Deno.test("the documented style is kept where there are overrides", () => {
  const body = encode(continueWith({ ex: "x" }), options({ nextCode: "documented" }));
  assertEquals(JSON.parse(body).nextCode, "");
});

Deno.test("the documented style writes a refusal's nextCode as text", () => {
  assertEquals(JSON.parse(encode(refusal(), options({ nextCode: "documented" }))).nextCode, "1");
});

Deno.test("every era decodes the answer to any verdict", () => {
  fc.assert(
    fc.property(verdicts, fc.constantFrom("v2", "v3"), fc.string(), (verdict, dialect, note) => {
      const body = encode(verdict, options({ dialect, note }));
      for (const era of eras) goDecode(body, era);
    }),
  );
});

Deno.test("3.7 and later refuse exactly when the verdict refuses", () => {
  fc.assert(fc.property(verdicts, fc.string(), (verdict, note) => {
    assertEquals(refuses(encode(verdict, options({ note })), era37), verdict.kind === "refuse");
  }));
});

Deno.test("3.0 to 3.5 refuse exactly when the verdict refuses", () => {
  fc.assert(fc.property(verdicts, fc.constantFrom(era30, era34), (verdict, era) => {
    assertEquals(refuses(encode(verdict, options()), era), verdict.kind === "refuse");
  }));
});

Deno.test("2.1 to 2.3 refuse exactly when the verdict refuses", () => {
  fc.assert(fc.property(verdicts, (verdict) => {
    const body = encode(verdict, options({ dialect: "v2" }));
    assertEquals(refuses(body, era21), verdict.kind === "refuse");
  }));
});

Deno.test("a continue is consent in every era", () => {
  fc.assert(fc.property(continues, fc.constantFrom(...eras), (verdict, era) => {
    assertFalse(refuses(encode(verdict, options()), era));
  }));
});

Deno.test("a refusal carries its message and detail to 3.7 and later unchanged", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), fc.string(), (message, detail) => {
    const body = encode({ kind: "refuse", code: 5001, message, detail }, options());
    const { errMsg, errDlt } = goDecode(body, era37);
    assertEquals({ errMsg, errDlt }, { errMsg: message, errDlt: detail });
  }));
});

Deno.test("every override that is no answer field arrives with its value", () => {
  const whole = fc.dictionary(
    fc.stringMatching(/^x[A-Za-z]{0,9}$/),
    fc.oneof(fc.string(), fc.boolean(), fc.bigInt(), fc.constant(null)),
  );
  fc.assert(fc.property(whole, (fields) => {
    const { actionCode, errCode, errMsg, errDlt, nextCode, ...rest } = parseExact(
      encode(continueWith(fields), options()),
    ) as Record<string, unknown>;
    assertEquals(
      [actionCode, errCode, errMsg, errDlt, nextCode],
      [0, 0, "Success", "", 0],
    );
    const widened = (value: unknown) => typeof value === "number" ? BigInt(value) : value;
    const arrived = Object.entries(rest).map(([field, value]) => [field, widened(value)]);
    assertEquals(Object.fromEntries(arrived), { ...fields });
  }));
});

const problems = Object.keys(requestProblems) as RequestProblem[];

for (const problem of problems) {
  Deno.test(`the answer to a request turned away as ${problem} is decoded in every era`, () => {
    const body = encodeRequestError(new RequestError(problem, "why"), "number");
    for (const era of eras) goDecode(body, era);
  });

  Deno.test(`a request turned away as ${problem} does not stop 3.6 and later`, () => {
    const body = encodeRequestError(new RequestError(problem, "why"), "number");
    assertEquals([refuses(body, era36), refuses(body, era37)], [false, false]);
  });
}

Deno.test("a request error's answer says what and why", () => {
  const error = new RequestError("invalidField", "sendID: expected a string");
  assertEquals(JSON.parse(encodeRequestError(error, "number")), {
    actionCode: 1,
    errCode: 5422,
    errMsg: requestProblems.invalidField.message,
    errDlt: "sendID: expected a string",
    nextCode: 0,
  });
});

Deno.test("a request error's answer keeps the documented style", () => {
  const body = encodeRequestError(new RequestError("malformed", "why"), "documented");
  assertEquals(JSON.parse(body).nextCode, "");
});
