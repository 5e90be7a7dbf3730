import parse from "ms";
import { z } from "zod";

/** A length of time as the rules file writes it: `250ms`, `5s`, `10m`, `6h`, `7d`. */
export const duration = z.string().regex(
  /^(?!0+(?:\.0+)?[a-z])\d+(?:\.\d+)?(?:ms|s|m|h|d)$/,
  'expected a duration such as "250ms", "5s", "10m" or "6h"',
);

/** The milliseconds of a {@link duration}. */
export function milliseconds(text: string): number {
  return parse(text as parse.StringValue);
}
