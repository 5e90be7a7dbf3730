import parse from "ms";
import { z } from "zod";

/** A length of time as the rules file writes it: `250ms`, `5s`, `10m`, `6h`, `7d`. */
export const duration = z.string().regex(
  /^(?!0+(?:\.0+)?[a-z])\d{1,12}(?:\.\d{1,3})?(?:ms|s|m|h|d)$/,
  'expected a duration such as "250ms", "5s", "10m" or "6h"',
);

/** The longest that a timer of the platform waits; a longer one would be over at once. */
const longestTimer = 2 ** 31 - 1;

/** A {@link duration} that something waits for: at most 24 days. */
export const timerDuration = duration.refine(
  (text) => (parse(text as parse.StringValue) ?? 0) <= longestTimer,
  'expected at most "24d"',
);

/** The milliseconds of a {@link duration}. */
export function milliseconds(text: string): number {
  return parse(text as parse.StringValue);
}
