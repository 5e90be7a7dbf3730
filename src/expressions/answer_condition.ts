import { InferredShape, type OutputShape } from "../chain/expression.ts";
import { emptyCallback } from "../openim/callback.ts";
import { parseExact } from "../openim/exact_json.ts";
import { CelScope } from "./cel_scope.ts";

/** What expressions over the answer of a target see of it. */
export const answerShapes = { status: "int", answer: "dyn" } as const satisfies Readonly<
  Record<string, OutputShape>
>;

/** The scope of a target's `deliveredWhen`. */
export const deliveredScope: CelScope = CelScope.bare().withOutputs({
  ...answerShapes,
  headers: new InferredShape("map<string, string>"),
});

/** An answer as it came. */
interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** Compiles a `deliveredWhen` that has been checked when the rules file was loaded. */
export function answerCondition(source: string): (answer: Answer) => boolean {
  const { evaluate } = deliveredScope.compile(source);
  return ({ status, headers, text }) => {
    const values = {
      status,
      headers: new Map(Object.entries(headers)),
      answer: answerValue(text),
    };
    // the answer is about no callback: a batch has many
    const value = evaluate(emptyCallback(), values);
    if (typeof value !== "boolean") throw new Error("it gives neither true nor false");
    return value;
  };
}

/** What expressions see of an answer's text: null when it is no JSON. */
export function answerValue(text: string): unknown {
  try {
    return parseExact(text);
  } catch {
    return null;
  }
}
