import { z } from "zod";
import { CounterConflict, type CounterWindow } from "../chain/counters.ts";
import { pass } from "../chain/outcome.ts";
import { OptionError, type RuleContext } from "../chain/rule.ts";
import { defineRule } from "../extension/define_rule.ts";
import { duration, milliseconds } from "../values/duration.ts";
import { outputName } from "./output_name.ts";

/** What a callback adds to a counter is no amount. */
export class AmountError extends Error {
  override readonly name = "AmountError";
}

/** Counts callbacks, or an amount of theirs, per key over sliding windows. */
export const count = defineRule({
  use: "count",
  output: "counts",
  parts: "windows",
  summary: "Counts callbacks per key over sliding windows. Later rules see counts.<name>['1m'].",
  options: z.strictObject({
    name: outputName.describe(
      "The counter's name. Counters with the same name share their counts.",
    ),
    key: z.string().min(1).optional().describe(
      "CEL: what to count by, such as sendID. Each value has a count of its own. Without it " +
        "there is one count for all.",
    ),
    windows: z.array(duration).min(1).max(8).default(["1m"]).describe(
      'How far to look back, such as ["1m", "1h"].',
    ),
    by: z.union([z.int().min(0), z.string().min(1)]).default(1).describe(
      "How much to add: a number, or CEL.",
    ),
  }),
  compile({ name, key, windows, by }, context) {
    const counter = openCounter(name, windows.map(windowOf), context);
    // its own labels: another rule may count the same over "60s" and call it "1m"
    const labels = windows;
    context.provide("counts", name, Object.fromEntries(labels.map((label) => [label, "int"])));
    const keyOf = key === undefined ? () => "" : context.expression(["key"], key, "key");
    const amountOf = typeof by === "number" ? () => by : context.expression(["by"], by, "int");
    return {
      run(callback, scope) {
        const amount = checkedAmount(amountOf(callback, scope.outputs));
        const now = context.services.clock.monotonic();
        const totals = counter.add(keyOf(callback, scope.outputs), amount, now);
        const counts: Record<string, number> = {};
        for (let index = 0; index < labels.length; index++) counts[labels[index]!] = totals[index]!;
        scope.output("counts", name, counts);
        return pass();
      },
    };
  },
});

/** @throws {AmountError} for less than 0, and for more than can be added up exactly. */
function checkedAmount(amount: number | bigint): number {
  if (amount >= 0 && amount <= Number.MAX_SAFE_INTEGER) return Number(amount);
  const wrong = amount < 0 ? "is negative" : `is above ${Number.MAX_SAFE_INTEGER}`;
  throw new AmountError(`"by" gives ${amount}, which ${wrong}: nothing is counted`);
}

function windowOf(label: string): CounterWindow {
  return { label, milliseconds: milliseconds(label) };
}

function openCounter(name: string, windows: readonly CounterWindow[], context: RuleContext) {
  try {
    return context.services.counters.open(name, windows);
  } catch (error) {
    if (error instanceof CounterConflict) throw new OptionError(["windows"], error.message);
    throw error;
  }
}
