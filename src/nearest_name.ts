import { distance } from "fastest-levenshtein";

/** The known name that an unknown one was probably meant to be; undefined when none is near. */
export function nearestName(unknown: string, known: Iterable<string>): string | undefined {
  const wanted = unknown.toLowerCase();
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(unknown.length / 3)) + 1;
  for (const name of known) {
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
