import { createHash } from "node:crypto";
import { z } from "zod";
import { pass, skip } from "../chain/outcome.ts";
import { defineRule } from "../extension/define_rule.ts";
import { compileTag, tagOption } from "./tag.ts";

/** Lets a fraction of the callbacks through. */
export const sample = defineRule({
  use: "sample",
  output: "tags",
  summary: "Lets a fraction of the callbacks through, and skips the rest of the chain for the " +
    "others.",
  options: z.strictObject({
    rate: z.number().min(0).max(1).describe(
      "The fraction that is let through, such as 0.1 for a tenth.",
    ),
    key: z.string().min(1).default("operationID").describe(
      "CEL: what decides. Callbacks with the same key are treated alike, on every machine and " +
        "after every restart. A key that passes at one rate passes at every higher rate.",
    ),
    action: z.enum(["skip", "tag"]).default("skip").describe(
      "What happens to the others: the rest of the chain is skipped, or they get a tag.",
    ),
    tag: tagOption,
  }),
  compile({ rate, key, action, tag }, context) {
    const keyOf = context.expression(["key"], key, "key");
    const leaveOut = compileTag({ action, tag }, context) ?? skip;
    return {
      run: (callback, scope) =>
        positionOf(keyOf(callback, scope.outputs)) < rate ? pass() : leaveOut(scope),
    };
  },
});

const positionBytes = 6;

/** A key's place from 0 up to 1: even over all keys, and the same for a key for ever. */
function positionOf(key: string): number {
  const digest = createHash("sha256").update(key).digest();
  return digest.readUIntBE(0, positionBytes) / 2 ** (8 * positionBytes);
}
