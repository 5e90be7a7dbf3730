import { costToCopy } from "./value_cost.ts";
import type { Work } from "./work.ts";

/**
 * Reads all that is in the value of an expression, so that its errors come now and its size is
 * bounded: what makes JSON of it later looks at neither.
 */
export function readThrough(value: unknown, work: Work): unknown {
  if (typeof value !== "object" || value === null) return value;
  const waiting: unknown[] = [value];
  while (waiting.length > 0) {
    const part = waiting.pop();
    const isFlat = typeof part !== "object" || part === null || ArrayBuffer.isView(part);
    work.spend(isFlat ? costToCopy(part) : 1);
    if (!isFlat) { for (const inner of partsOf(part)) waiting.push(inner); }
  }
  return value;
}

function partsOf(value: object): Iterable<unknown> {
  if (Array.isArray(value) || value instanceof Set) return value;
  return value instanceof Map ? value.values() : Object.values(value);
}
