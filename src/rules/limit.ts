import { z } from "zod";
import type { Bucket } from "../chain/buckets.ts";
import { pass, refuse } from "../chain/outcome.ts";
import { defineRule } from "../extension/define_rule.ts";
import { keyPrefix } from "../values/bounded_key.ts";
import { milliseconds } from "../values/duration.ts";
import { refusalCode } from "./refuse.ts";
import { compileTag, tagOption } from "./tag.ts";

const example = 'expected a number per duration such as "20/10s" or "100/1m"';

const rate = z.string({ error: ({ input }) => input === undefined ? undefined : example }).regex(
  /^[1-9]\d{0,6}\/(?!0+(?:\.0+)?[a-z])\d{1,12}(?:\.\d{1,3})?(?:ms|s|m|h|d)$/,
  example,
);

/** Limits how many callbacks per key go through. */
export const limit = defineRule({
  use: "limit",
  output: "tags",
  summary: "Limits the rate of callbacks per key with a token bucket.",
  timing: ({ action }) => action === "refuse" ? "before" : undefined,
  refusesWhen: ({ action }) => action === "refuse" ? "true" : undefined,
  options: z.strictObject({
    rate: rate.describe(
      'How many callbacks in which time. "20/10s" is 20 at once, then one more every half ' +
        "second.",
    ),
    burst: z.int().min(1).max(1_000_000).optional().describe(
      'How many may come at once after a quiet time. The default is the number in "rate".',
    ),
    key: z.string().min(1).optional().describe(
      "CEL: what to limit by, such as sendID. Each value has a bucket of its own. Without it " +
        "there is one bucket for all.",
    ),
    name: z.string().regex(/^[A-Za-z_]\w*$/, "a limit's name is letters, digits and _").optional()
      .describe(
        "Rules with the same name, rate and burst share their buckets. Without a name each rule " +
          "has its own buckets for each command.",
      ),
    action: z.enum(["refuse", "tag"]).default("refuse").describe(
      "What happens to a callback beyond the limit.",
    ),
    code: refusalCode,
    message: z.string().min(1).default("too many requests").describe("A short text for the user."),
    tag: tagOption,
  }),
  compile({ rate, burst, key, name, action, code, message, tag }, context) {
    const { about, place, services } = context;
    const addTag = compileTag({ action, tag }, context);
    const keyOf = key === undefined ? () => "" : context.expression(["key"], key, "key");
    // nothing is taken for a refusal that would not be heard: others may share the bucket
    if (addTag === undefined && about.timing === "after") return { run: pass };
    const refusal = refuse(code, message);
    const bucket = bucketOf(rate, burst);
    const { tokens, period } = bucket;
    const owner = name ?? `${about.command} ${place}`;
    const prefix = keyPrefix(`${owner} ${tokens}/${period} ${bucket.burst}`);
    return {
      run(callback, scope) {
        const id = prefix + keyOf(callback, scope.outputs);
        if (services.buckets.take(id, bucket, services.clock.monotonic())) return pass();
        return addTag === undefined ? refusal : addTag(scope);
      },
    };
  },
});

function bucketOf(rate: string, burst: number | undefined): Bucket {
  const [count, length] = rate.split("/") as [string, string];
  // a duration has three decimals at most
  const tokens = Number(count) * 1000;
  const period = Math.round(milliseconds(length) * 1000);
  const divisor = commonDivisor(tokens, period);
  return { tokens: tokens / divisor, period: period / divisor, burst: burst ?? Number(count) };
}

function commonDivisor(one: number, other: number): number {
  return other === 0 ? one : commonDivisor(other, one % other);
}
