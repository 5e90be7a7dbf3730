import { z } from "zod";

const units = { B: 1, KiB: 2 ** 10, MiB: 2 ** 20 } as const;
const pattern = /^([1-9]\d*)(B|KiB|MiB)$/;

/** The most that is held in memory for one thing. */
const largest = 2 ** 30;

const example = 'expected a size such as "512KiB" or "1MiB"';

/** A number of bytes as the rules file writes it, at most 1 GiB: `512KiB`, `1MiB`. */
export const byteSize = z.string({
  error: ({ input }) => input === undefined ? undefined : example,
})
  .regex(pattern, { error: example, abort: true })
  .refine((text) => bytes(text) <= largest, 'expected at most "1024MiB"');

/** The bytes of a {@link byteSize}. */
export function bytes(text: string): number {
  const [, amount, unit] = pattern.exec(text)!;
  return Number(amount) * units[unit as keyof typeof units];
}
