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
    "How often a delivery is tried at most; by default one more than there are delays, and 8 " +
      "if they grow. The last delay is that of all further attempts.",
  ),
  delays: z.array(duration).min(1).max(100).optional().describe(
    "The delays between the attempts, one by one; the default is Svix's: " +
      '["5s", "5m", "30m", "2h", "5h", "10h", "10h"].',
  ),
  first: duration.optional().describe(
    'Delays that grow, in place of "delays": the one before the second attempt; "5s" by default.',
  ),
  factor: z.number().min(1).max(100).optional().describe(
    "How much longer each further delay is; 6 by default.",
  ),
  longest: duration.optional().describe('The longest delay of all; "10h" by default.'),
  jitter: z.enum(["full", "none"]).optional().describe(
    "full: a random part of each delay, so that what failed together does not return together; " +
      "the default for delays that grow. none: the delay itself; the default for a list.",
  ),
  maxAge: z.union([duration, z.literal(unbounded)]).default("7d").describe(
    "No attempt is made later than so long after the callback; what has not arrived by then is a " +
      "dead letter. none: a target that stays away may be waited for without end.",
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
    "Failed attempts in a row after which the target is left alone.",
  ),
  pause: timerDuration.default("5s").describe(
    "How long it is left alone before one delivery probes it; twice that after every probe that " +
      "fails.",
  ),
  longest: timerDuration.default("5m").describe("The longest pause between probes."),
});

const batch = z.strictObject({
  max: z.int().min(1).max(100).default(50).describe("The most deliveries of one request."),
  wait: timerDuration.default("200ms").describe("How long the first of them waits for others."),
});

/** A target's options for when and how much, by name. */
export const deliveryOptions = {
  concurrency: z.int().min(1).max(1000).default(8).describe("Requests under way at once."),
  rate: z.number().min(0.001).max(100_000).optional().describe(
    "Requests a second, such as 20 or 0.5; as many as there are by default.",
  ),
  retry: retry.prefault({}).describe(
    'When to try again: after "delays" one by one, or after delays that grow: first, ' +
      "first*factor, ... up to longest.",
  ),
  breaker: z.union([breaker, z.literal(false)]).prefault({}).describe(
    "When a target that fails is left alone; its deliveries wait and spend no attempts. " +
      "false: never.",
  ),
  deliveredWhen: z.string().min(1).optional().describe(
    'CEL with "status", "headers" and "answer", the target\'s JSON: whether an answer took the ' +
      "delivery, such as status < 300 && answer.errCode == 0; by default a status of 2xx does. A " +
      "2xx that did not is tried again, any other status means what it always does.",
  ),
  order: z.string().min(1).default("none").describe(
    "CEL: deliveries with one key arrive in their order, each after the one before it has; " +
      "such as sendID. none: as they come.",
  ),
  batch: batch.optional().describe("Sends several deliveries as a JSON array in one request."),
};
