import parse from "ms";
import { z } from "zod";

/** A hundred years: a time so far from now is still a whole number for JavaScript and SQLite. */
const longest = 36_500 * 24 * 3_600_000;

const example = 'expected a duration such as "250ms", "5s", "10m" or "6h"';

const amount = z.string({
  error: ({ input }) => input === undefined ? undefined : example,
}).regex(
  /^(?!0+(?:\.0+)?[a-z])\d{1,12}(?:\.\d{1,3})?(?:ms|s|m|h|d)$/,
  // what is none is not looked at any further
  { error: example, abort: true },
);

/**
 * A length of time as the rules file writes it: `250ms`, `5s`, `10m`, `6h`, `7d`; at most a hundred
 * years.
 */
export const duration = amount.refine(
  (text) => milliseconds(text) <= longest,
  { error: 'expected at most "36500d", a hundred years', abort: true },
);

/** The longest that a timer of the platform waits; a longer one would be over at once. */
const longestTimer = 2 ** 31 - 1;

/** A {@link duration} that something waits for: at most 24 days. */
export const timerDuration = amount.refine(
  (text) => milliseconds(text) <= longestTimer,
  'expected at most "24d"',
);

/** The milliseconds of a {@link duration}. */
export function milliseconds(text: string): number {
  return parse(text as parse.StringValue);
}
