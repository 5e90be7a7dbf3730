import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { combine, failedRuleCode, type OnError, refusalOf } from "../../src/chain/combine.ts";
import { fail, type Outcome, override, pass, refuse } from "../../src/chain/outcome.ts";
import { encode } from "../../src/openim/encode.ts";
import { plainContinue, type RefuseVerdict, type Verdict } from "../../src/openim/verdict.ts";
import { era37, eras, goDecode, refuses } from "../openim/go_decoder.ts";

const refusal = (code: number, message = "no", detail = ""): RefuseVerdict => ({
  kind: "refuse",
  code,
  message,
  detail,
});

const continueWith = (overrides: Record<string, unknown>): Verdict => ({
  kind: "continue",
  overrides,
});

/** Its detail is empty: the user sees it, and what failed is none of theirs. */
const failure: RefuseVerdict = refusal(failedRuleCode, "the request could not be checked");

const broken = () => fail(new Error("broken"));

interface Row {
  readonly says: string;
  readonly outcomes: readonly Outcome[];
  readonly onError?: OnError;
  readonly verdict: Verdict;
}

const rows: readonly Row[] = [
  { says: "no outcome continues", outcomes: [], verdict: plainContinue },
  { says: "passes continue", outcomes: [pass(), pass()], verdict: plainContinue },
  {
    says: "an override changes its field",
    outcomes: [override({ ex: "x" })],
    verdict: continueWith({ ex: "x" }),
  },
  {
    says: "overrides of different fields merge",
    outcomes: [override({ ex: "x" }), pass(), override({ content: "***" })],
    verdict: continueWith({ ex: "x", content: "***" }),
  },
  {
    says: "a later override wins for its field alone",
    outcomes: [override({ ex: "1", content: "a" }), override({ ex: "2" })],
    verdict: continueWith({ ex: "2", content: "a" }),
  },
  {
    says: "a later override may set a field back to null",
    outcomes: [override({ ex: "1" }), override({ ex: null })],
    verdict: continueWith({ ex: null }),
  },
  {
    says: "overrides replace nested values whole",
    outcomes: [override({ info: { a: 1, b: 2 } }), override({ info: { a: 3 } })],
    verdict: continueWith({ info: { a: 3 } }),
  },
  {
    says: "a refusal refuses with its own words",
    outcomes: [pass(), refuse(5007, "closed", "until Monday")],
    verdict: refusal(5007, "closed", "until Monday"),
  },
  {
    says: "the first of two refusals wins",
    outcomes: [refuse(5001, "no"), refuse(5002, "never")],
    verdict: refusal(5001),
  },
  {
    says: "a refusal drops the overrides before it",
    outcomes: [override({ ex: "x" }), refuse(5001, "no")],
    verdict: refusal(5001),
  },
  {
    says: "a refusal drops the overrides after it",
    outcomes: [refuse(5001, "no"), override({ ex: "x" })],
    verdict: refusal(5001),
  },
  { says: "a failure continues", outcomes: [broken()], verdict: plainContinue },
  {
    says: "a failure leaves overrides as they are",
    outcomes: [override({ ex: "x" }), broken()],
    verdict: continueWith({ ex: "x" }),
  },
  {
    says: "a failure before a refusal does not soften it",
    outcomes: [broken(), refuse(5001, "no")],
    verdict: refusal(5001),
  },
  {
    says: "a failure refuses where onError says so",
    outcomes: [pass(), broken()],
    onError: "refuse",
    verdict: failure,
  },
  {
    says: "a failure that refuses drops overrides",
    outcomes: [override({ ex: "x" }), broken(), override({ ex: "y" })],
    onError: "refuse",
    verdict: failure,
  },
  {
    says: "a refusal before a failure that refuses wins",
    outcomes: [refuse(5001, "no"), broken()],
    onError: "refuse",
    verdict: refusal(5001),
  },
  {
    says: "a failure that refuses wins over a refusal after it",
    outcomes: [broken(), refuse(5001, "no")],
    onError: "refuse",
    verdict: failure,
  },
];

for (const { says, outcomes, onError = "continue", verdict } of rows) {
  Deno.test(`${says} (onError ${onError})`, () => {
    assertEquals(combine(outcomes, onError), verdict);
  });
}

Deno.test("an outcome's own fields are not written to", () => {
  const first = override(Object.freeze({ ex: "1" }));
  combine([first, override({ ex: "2" })], "continue");
  assertEquals(first.fields, { ex: "1" });
});

Deno.test("passes and overrides mean no refusal under either onError", () => {
  for (const onError of ["continue", "refuse"] as const) {
    assertEquals([pass(), override({})].map((outcome) => refusalOf(outcome, onError)), [
      undefined,
      undefined,
    ]);
  }
});

const passes = fc.constant<Outcome>(pass());
const fields = fc.dictionary(fc.constantFrom("ex", "content", "status", "note"), fc.jsonValue());
const overrides: fc.Arbitrary<Outcome> = fields.map(override);
const refusals: fc.Arbitrary<Outcome> = fc.tuple(fc.integer(), fc.string(), fc.string())
  .map(([code, message, detail]) => refuse(code, message, detail));
const failures: fc.Arbitrary<Outcome> = fc.oneof(fc.string(), fc.constant(undefined)).map(fail);
const outcomes = fc.array(fc.oneof(passes, overrides, refusals, failures), { maxLength: 12 });
const gentle = fc.array(fc.oneof(passes, overrides, failures), { maxLength: 12 });
const policies = fc.constantFrom<OnError>("continue", "refuse");

const answerTo = (verdict: Verdict) =>
  encode(verdict, { dialect: "v3", nextCode: "number", operationID: "op-1" });

Deno.test("any outcomes give one answer that every era decodes", () => {
  fc.assert(fc.property(outcomes, policies, (list, onError) => {
    const body = answerTo(combine(list, onError));
    for (const era of eras) goDecode(body, era);
  }));
});

Deno.test("3.7 and later refuse exactly when some outcome refuses", () => {
  fc.assert(fc.property(outcomes, policies, (list, onError) => {
    const expected = list.some(({ kind }) =>
      kind === "refuse" || (kind === "fail" && onError === "refuse")
    );
    assertEquals(refuses(answerTo(combine(list, onError)), era37), expected);
  }));
});

Deno.test("nothing after the first refusal matters", () => {
  fc.assert(fc.property(gentle, refusals, outcomes, (before, first, after) => {
    assertEquals(
      combine([...before, first, ...after], "continue"),
      combine([first], "continue"),
    );
  }));
});

Deno.test("overrides never leak into a refusal", () => {
  fc.assert(fc.property(gentle, refusals, gentle, policies, (before, first, after, onError) => {
    const verdict = combine([...before, first, ...after], onError);
    assertEquals(Object.keys(verdict).sort(), ["code", "detail", "kind", "message"]);
  }));
});

Deno.test("each field has the value of the last override that names it", () => {
  fc.assert(fc.property(fc.array(fields, { maxLength: 8 }), (list) => {
    const verdict = combine(list.map(override), "continue");
    const merged = verdict.kind === "continue" ? verdict.overrides : {};
    const names = new Set(list.flatMap((one) => Object.keys(one)));
    assertEquals(new Set(Object.keys(merged)), names);
    for (const name of names) {
      const last = list.findLast((one) => Object.hasOwn(one, name));
      assertEquals(merged[name], last?.[name]);
    }
  }));
});

Deno.test("passes change nothing wherever they stand", () => {
  fc.assert(fc.property(outcomes, fc.array(fc.nat(12)), policies, (list, places, onError) => {
    const padded = places.reduce((all, place) => all.toSpliced(place, 0, pass()), list);
    assertEquals(combine(padded, onError), combine(list, onError));
  }));
});

Deno.test("failures change nothing wherever they stand under onError continue", () => {
  fc.assert(fc.property(outcomes, fc.array(fc.nat(12)), (list, places) => {
    const padded = places.reduce((all, place) => all.toSpliced(place, 0, broken()), list);
    assertEquals(combine(padded, "continue"), combine(list, "continue"));
  }));
});

Deno.test("overrides of different fields may swap places", () => {
  const value = fc.jsonValue();
  fc.assert(fc.property(value, value, (ex, content) => {
    const [one, other] = [override({ ex }), override({ content })];
    assertEquals(combine([one, other], "continue"), combine([other, one], "continue"));
  }));
});
