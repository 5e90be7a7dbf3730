/**
 * The rules file's own tests: what its rules must do with a callback.
 *
 * @module
 */
import { z } from "zod";
import { duration } from "../../values/duration.ts";

/** When a test's callback comes if the test does not say: always the same time. */
export const testTime = "2026-01-01T12:00:00Z";

const time = z.iso.datetime({
  offset: true,
  error: 'expected a time with its zone, such as "2026-01-01T23:30:00+08:00"',
});

const body = z.record(z.string(), z.unknown());

const callback = {
  change: body.optional().describe(
    "Fields of the command's sample to replace. If the sample has text, such as content, an " +
      "object stands for its JSON text. null sets the field to null. It does not remove the " +
      "field.",
  ),
  body: body.optional().describe("A whole body instead of the sample."),
};

const earlier = z.strictObject({
  command: z.string().optional().describe("The command that came. The default is the test's own."),
  ...callback,
  times: z.int().min(1).max(100_000).default(1).describe("How often it came."),
  ago: duration.optional().describe(
    "How long before the test's callback it came. The default is at the same time.",
  ),
  at: time.optional().describe('When it came, instead of "ago".'),
}).describe("A callback that came before, for what counters, limits and the like then know.");

const answered = z.strictObject({
  status: z.int().min(200).max(599).default(200).describe("The HTTP status."),
  headers: z.record(z.string(), z.string()).default({}).describe(
    'The headers of the answer, for "deliveredWhen".',
  ),
  body: z.unknown().optional().describe(
    "The body as JSON. A text is sent as it is. The default is empty.",
  ),
}).describe("A target's answer.");

/** One test of the rules file. */
export const rulesTest = z.strictObject({
  name: z.string().min(1).describe("What must hold."),
  command: z.string().min(1).describe("The command that is tested, or an alias."),
  ...callback,
  at: time.default(testTime).describe(
    'When the callback comes: a time with its zone, such as "2026-01-01T23:30:00+08:00".',
  ),
  earlier: z.array(earlier).default([]).describe(
    "Callbacks that came before the test's, in the order of their times.",
  ),
  targets: z.record(z.string(), z.union([z.literal("down"), body])).default({}).describe(
    'What targets answer to a rule that waits: an answer in OpenIM\'s words, or "down". ' +
      "Without it they consent.",
  ),
  answers: z.record(z.string(), answered).default({}).describe(
    "What targets answer to a rule that waits, in words of their own: status, headers and " +
      "body. The router reads it like a real answer.",
  ),
  expect: z.strictObject({
    answer: z.union([z.enum(["continue", "refuse"]), body]).optional().describe(
      '"continue": nothing changes. "refuse": any refusal. An object: these fields, and no ' +
        "other override. If a field is text, an object stands for its JSON text.",
    ),
    ran: z.array(z.string()).optional().describe(
      'The rules that ran, in order, by their kind ("words") or their place ("moderation[0] words").',
    ),
    delivered: z.array(z.string()).optional().describe(
      "The targets for which a delivery was stored, in order.",
    ),
  }).describe("What must come of it. What is left out is not checked."),
});

/** A test of the rules file, defaults filled in. */
export type RulesTest = z.output<typeof rulesTest>;
