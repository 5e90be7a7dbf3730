import { z } from "zod";
import { CelError } from "../../src/expressions/cel_error.ts";
import { CelScope } from "../../src/expressions/cel_scope.ts";
import type { OutputShape } from "../../src/chain/expression.ts";
import { int64 } from "../../src/openim/fields.ts";
import { aCallback } from "../support/callbacks.ts";

/** A request with a field of every common type. */
export const request = {
  sendID: "u1",
  unreadMsgNum: 5,
  score: 2,
  typing: true,
  kind: "text",
  atUserIDs: ["u2", "u3"],
  seqs: [1, 2],
  members: [{ userID: "m1" }],
  group: { groupName: "g", memberCount: 3, owner: { userID: "o1" } },
  muted: null,
  extra: { tags: ["x"], ratio: 0.5, level: 7 },
};

const schema = z.looseObject({
  sendID: z.string(),
  unreadMsgNum: int64,
  score: z.number(),
  typing: z.boolean(),
  kind: z.enum(["text", "image"]),
  atUserIDs: z.array(z.string()),
  seqs: z.array(int64),
  members: z.array(z.looseObject({ userID: z.string() })),
  group: z.looseObject({
    groupName: z.string(),
    memberCount: int64,
    owner: z.looseObject({ userID: z.string() }),
  }),
  contentType: int64.optional(),
  title: z.string().optional(),
  muted: z.boolean().nullable(),
  profile: z.looseObject({ age: int64 }).nullish(),
  extra: z.unknown(),
});

/** What an expression may be evaluated on. */
export interface Given {
  /** Fields that differ from {@link request}. */
  readonly request?: Readonly<Record<string, unknown>>;
  /** The body's text, where it is not the request's. */
  readonly text?: string;
  readonly shapes?: Readonly<Record<string, OutputShape>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/** What {@link valueOf} evaluates in. */
export const commandScope = CelScope.of(schema);

const scopeOf = ({ shapes }: Given) =>
  shapes === undefined ? commandScope : commandScope.withOutputs(shapes);

/** The value of an expression. */
export function valueOf(source: string, given: Given = {}): unknown {
  const callback = aCallback({
    request: { ...request, ...given.request },
    ...(given.text === undefined ? {} : { text: given.text }),
  });
  return scopeOf(given).compile(source).evaluate(callback, given.outputs ?? {});
}

/** CEL's name of an expression's type. */
export function typeOf(source: string, given: Given = {}): string {
  return scopeOf(given).compile(source).type;
}

/** What is wrong with an expression: `offset: message`. */
export function errorOf(source: string, given: Given = {}): string {
  try {
    scopeOf(given).compile(source);
  } catch (error) {
    if (error instanceof CelError) return `${error.offset}: ${error.message}`;
    throw error;
  }
  return "none";
}
