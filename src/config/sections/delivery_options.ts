/**
 * The options of a target that say when and how much is sent to it.
 *
 * @module
 */
import { z } from "zod";
import { duration, milliseconds, timerDuration } from "../../values/duration.ts";

/** A target's `maxAge` that is none. */
export const unbounded = "none";

const retry = z.strictObject({
  attempts: z.int().min(1).max(100).optional().describe(
    "How often a delivery is tried at most. The default is one more than there are delays, " +
      "or 8 if the delays grow. Further attempts use the last delay.",
  ),
  delays: z.array(duration).min(1).max(100).optional().describe(
    'The delays between the attempts, one by one. The default is Svix\'s: ["5s", "5m", "30m", ' +
      '"2h", "5h", "10h", "10h"].',
  ),
  first: duration.optional().describe(
    'The first of delays that grow, "5s" by default. Give it instead of "delays".',
  ),
  factor: z.number().min(1).max(100).optional().describe(
    "Each further delay is this many times as long, 6 by default.",
  ),
  longest: duration.optional().describe('The longest of delays that grow, "10h" by default.'),
  jitter: z.enum(["full", "none"]).optional().describe(
    "full: a random part of each delay, which spreads deliveries that failed together. This " +
      "is the default for delays that grow. none: the whole delay. This is the default for a " +
      "list.",
  ),
  maxAge: z.union([duration, z.literal(unbounded)]).default("7d").describe(
    "How old a delivery may get. If it has not arrived by then, it becomes a dead letter. " +
      "none: it waits without end.",
  ),
}).superRefine(({ delays, first, factor, longest, maxAge }, context) => {
  const age = maxAge === unbounded ? Infinity : milliseconds(maxAge);
  const tooLong = (delay: string | undefined, path: (string | number)[]) => {
    if (delay === undefined || milliseconds(delay) <= age) return;
    const message = `${delay} is longer than "maxAge", ${maxAge}, and would never be over in time`;
    context.addIssue({ code: "custom", path, message: `${message}; write a longer "maxAge"` });
  };
  tooLong(first, ["first"]);
  delays?.forEach((delay, index) => tooLong(delay, ["delays", index]));
  if (delays === undefined) return;
  const given = Object.entries({ first, factor, longest }).filter(([, value]) =>
    value !== undefined
  );
  for (const [name] of given) {
    const message = `"delays" lists the delays one by one; leave "${name}" out, or "delays"`;
    context.addIssue({ code: "custom", path: [name], message });
  }
});

const breaker = z.strictObject({
  failures: z.int().min(1).max(10_000).default(10).describe(
    "How many failed attempts in a row open the breaker.",
  ),
  pause: timerDuration.default("5s").describe(
    "How long the breaker stays open before one delivery is sent as a probe. Each probe that " +
      "fails doubles it.",
  ),
  longest: timerDuration.default("5m").describe("The longest pause between probes."),
});

const batch = z.strictObject({
  max: z.int().min(1).max(100).default(50).describe("The most deliveries in one request."),
  wait: timerDuration.default("200ms").describe("How long the first of them waits for others."),
});

/** A target's options for when and how much, by name. */
export const deliveryOptions = {
  concurrency: z.int().min(1).max(1000).default(8).describe("The most requests under way at once."),
  rate: z.number().min(0.001).max(100_000).optional().describe(
    "The most requests a second, such as 20 or 0.5. Without it there is no bound.",
  ),
  retry: retry.prefault({}).describe(
    'When to try again: after listed "delays", or after delays that grow from "first" by ' +
      '"factor" up to "longest".',
  ),
  breaker: z.union([breaker, z.literal(false)]).prefault({}).describe(
    "When the router stops attempts at a target that keeps failing. Its deliveries wait and " +
      "spend no attempts. false: never.",
  ),
  deliveredWhen: z.string().min(1).optional().describe(
    'CEL with "status", "headers" and "answer", the target\'s JSON, such as status < 300 && ' +
      "answer.errCode == 0. If it is true, the delivery has arrived. If it is false, a 2xx is " +
      "tried again, and any other status means what it always means. Without it, a 2xx means " +
      "that the delivery has arrived.",
  ),
  order: z.string().min(1).default("none").describe(
    "CEL: a key, such as sendID. Deliveries with the same key arrive in order, one after the " +
      "other. none: in any order.",
  ),
  batch: batch.optional().describe("Sends several deliveries as a JSON array in one request."),
};
