import { distance } from "fastest-levenshtein";

/** The longest name that is compared: the time it takes grows with its length. */
const longestName = 128;

/** The fewest letters that are taken for the beginning of a longer name. */
const shortestBeginning = 8;

/**
 * The known name that an unknown one was probably meant to be: the only one that begins with it,
 * or else the one with the fewest letters changed; undefined when none is near.
 */
export function nearestName(unknown: string, known: Iterable<string>): string | undefined {
  if (unknown.length > longestName) return undefined;
  const wanted = unknown.toLowerCase();
  const names = [...known];
  const longer = wanted.length < shortestBeginning
    ? []
    : names.filter((name) => name.toLowerCase().startsWith(wanted));
  if (longer.length === 1) return longer[0];
  let best: string | undefined;
  // two letters off, but never a different word of the same length
  let bestDistance = Math.min(Math.max(3, Math.floor(unknown.length / 3) + 1), unknown.length);
  for (const name of names) {
    const apart = distance(wanted, name.toLowerCase());
    if (apart < bestDistance) [best, bestDistance] = [name, apart];
  }
  return best;
}

/** `, did you mean "x"?` for a message, or nothing. */
export function didYouMean(unknown: string, known: Iterable<string>): string {
  const name = nearestName(unknown, known);
  return name === undefined ? "" : `, did you mean "${name}"?`;
}
