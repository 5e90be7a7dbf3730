import type QuickLRU from "quick-lru";

/**
 * The size of a `QuickLRU` that holds `maxKeys` keys at most: it keeps two generations, and forgets
 * what was not used for a whole one.
 */
export function generationSize(maxKeys: number): number {
  return Math.max(1, Math.floor(maxKeys / 2));
}

/** Changes how many keys it holds; costs a copy of all of them, so only if the size differs. */
export function resizeKeys<Value>(keys: QuickLRU<string, Value>, maxKeys: number): void {
  const size = generationSize(maxKeys);
  if (keys.maxSize !== size) keys.resize(size);
}
