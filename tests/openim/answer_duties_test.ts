import { assertEquals } from "@std/assert";
import { type AnswerDuties, applyDuties, type Guard } from "../../src/openim/answer_duties.ts";
import { stringifyExact } from "../../src/openim/exact_json.ts";

type Fields = Readonly<Record<string, unknown>>;

/** The fields and the reasons that duties make of overrides and a body. */
function apply(overrides: Fields, body: Fields | string, duties: Partial<AnswerDuties>) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const callback = { request: JSON.parse(text), text };
  return applyDuties(overrides, callback, { echo: [], guards: {}, ...duties });
}

const nothing: Guard = () => ({ keep: undefined, dropped: "it crashes" });
const half: Guard = (value) => ({ keep: (value as unknown[]).slice(0, 1), dropped: "one crashes" });
const everything: Guard = (value) => ({ keep: value });
const broken: Guard = () => {
  throw new Error("no such thing");
};

const cases: Record<string, {
  readonly overrides?: Fields;
  readonly body?: Fields;
  readonly duties?: Partial<AnswerDuties>;
  readonly fields: Fields;
  readonly dropped?: Readonly<Record<string, string>>;
}> = {
  "without duties the overrides are the fields": {
    overrides: { ex: "x" },
    body: { ex: "old" },
    fields: { ex: "x" },
  },
  "an echo returns the request's own values": {
    body: { groupID: "g1", groupName: "Hikers", notification: "n" },
    duties: { echo: ["groupID", "groupName"] },
    fields: { groupID: "g1", groupName: "Hikers" },
  },
  "an echo returns nulls, zeros and empty texts": {
    body: { ex: null, needVerification: 0, faceURL: "" },
    duties: { echo: ["ex", "needVerification", "faceURL"] },
    fields: { ex: null, needVerification: 0, faceURL: "" },
  },
  "what the request lacks is not echoed": {
    body: { groupID: "g1" },
    duties: { echo: ["groupID", "ex", "toString"] },
    fields: { groupID: "g1" },
  },
  "an override lies above the echo of its field": {
    overrides: { groupName: "New", ex: null },
    body: { groupID: "g1", groupName: "Old", ex: "x" },
    duties: { echo: ["groupID", "groupName", "ex"] },
    fields: { groupID: "g1", groupName: "New", ex: null },
  },
  "an override that is no echo is added": {
    overrides: { needVerification: 1 },
    body: { groupID: "g1" },
    duties: { echo: ["groupID"] },
    fields: { groupID: "g1", needVerification: 1 },
  },
  "a guard may let a value through": {
    overrides: { ex: "x" },
    duties: { guards: { ex: everything } },
    fields: { ex: "x" },
  },
  "a guard may let null through": {
    overrides: { ex: null },
    duties: { guards: { ex: everything } },
    fields: { ex: null },
  },
  "a guard may hold a value back": {
    overrides: { ex: "x", nickName: "n" },
    duties: { guards: { ex: nothing } },
    fields: { nickName: "n" },
    dropped: { ex: "it crashes" },
  },
  "a guard may hold a part of a value back": {
    overrides: { list: [1, 2] },
    duties: { guards: { list: half } },
    fields: { list: [1] },
    dropped: { list: "one crashes" },
  },
  "the echo stays where a guard holds the override back": {
    overrides: { groupID: "" },
    body: { groupID: "g1" },
    duties: { echo: ["groupID"], guards: { groupID: nothing } },
    fields: { groupID: "g1" },
    dropped: { groupID: "it crashes" },
  },
  "a guard does not watch the echo": {
    body: { groupID: "g1" },
    duties: { echo: ["groupID"], guards: { groupID: nothing } },
    fields: { groupID: "g1" },
  },
  "a guard does not watch other overrides": {
    overrides: { nickName: "n" },
    duties: { guards: { ex: nothing } },
    fields: { nickName: "n" },
  },
  "a guard that throws lets nothing through": {
    overrides: { ex: "x", nickName: "n" },
    duties: { guards: { ex: broken } },
    fields: { nickName: "n" },
    dropped: { ex: "its guard failed: no such thing" },
  },
  "every override that is held back is named": {
    overrides: { ex: "x", list: [1, 2] },
    duties: { guards: { ex: nothing, list: half } },
    fields: { list: [1] },
    dropped: { ex: "it crashes", list: "one crashes" },
  },
  "an override named like a member of every object has no guard": {
    overrides: { toString: "x", ex: "x" },
    duties: { guards: { ex: everything } },
    fields: { toString: "x", ex: "x" },
  },
};

for (
  const [what, { overrides = {}, body = {}, duties = {}, fields, dropped = {} }] of Object.entries(
    cases,
  )
) {
  Deno.test(what, () => {
    const answer = apply(overrides, body, duties);
    assertEquals(answer.fields, fields);
    assertEquals(
      answer.dropped,
      Object.entries(dropped).map(([field, reason]) => ({ field, reason })),
    );
  });
}

const noAnswers = {
  nothing: undefined,
  null: null,
  "a text": "keep",
  "a promise": Promise.resolve(),
};

for (const [what, answered] of Object.entries(noAnswers)) {
  Deno.test(`a guard that answers ${what} lets nothing through, and is named`, () => {
    const guard = (() => answered) as unknown as Guard;
    const { fields, dropped } = apply({ ex: "x", nickName: "n" }, {}, { guards: { ex: guard } });
    assertEquals(fields, { nickName: "n" });
    assertEquals(dropped, [
      { field: "ex", reason: "its guard did not answer with { keep: ... }" },
    ]);
  });
}

Deno.test("a guard is handed the value and the request", () => {
  const seen: unknown[] = [];
  const guard: Guard = (...handed) => {
    seen.push(...handed);
    return { keep: handed[0] };
  };
  apply({ ex: "x" }, { nickName: "n" }, { guards: { ex: guard } });
  assertEquals(seen, ["x", { nickName: "n" }]);
});

for (const text of ['{"at":9007199254740993}', '{"at":{"deep":[-9223372036854775808]}}']) {
  Deno.test(`the echo of ${text} keeps every digit`, () => {
    assertEquals(stringifyExact(apply({}, text, { echo: ["at"] }).fields), text);
  });
}

Deno.test("a guarded override keeps every digit", () => {
  const at = 9_007_199_254_740_993n;
  assertEquals(apply({ at }, {}, { guards: { at: everything } }).fields, { at });
});

Deno.test("a field that is rounded and not echoed leaves the echo alone", () => {
  const body = '{"at":9007199254740993,"groupID":"g1"}';
  assertEquals(apply({}, body, { echo: ["groupID"] }).fields, { groupID: "g1" });
});

Deno.test("the overrides are left as they are", () => {
  const overrides = Object.freeze({ ex: "x" });
  apply(overrides, { groupID: "g1" }, { echo: ["groupID"], guards: { ex: nothing } });
  assertEquals(overrides, { ex: "x" });
});
