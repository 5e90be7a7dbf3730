import { z } from "zod";

const units = { B: 1, KiB: 2 ** 10, MiB: 2 ** 20 } as const;
const pattern = /^([1-9]\d*)(B|KiB|MiB)$/;

/** A number of bytes as the rules file writes it: `512KiB`, `1MiB`. */
export const byteSize = z.string().regex(pattern, 'expected a size such as "512KiB" or "1MiB"');

/** The bytes of a {@link byteSize}. */
export function bytes(text: string): number {
  const [, amount, unit] = pattern.exec(text)!;
  return Number(amount) * units[unit as keyof typeof units];
}
