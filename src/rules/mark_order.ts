/** Whether a UTF-16 unit is a combining mark: 0 while that is not known, 1 for no, 2 for yes. */
const known = new Uint8Array(0x10000);

/** Whether a UTF-16 unit is a combining mark, such as an accent. */
export function isMark(unit: number): boolean {
  if (known[unit] === 0) known[unit] = /^\p{M}$/u.test(String.fromCharCode(unit)) ? 2 : 1;
  return known[unit] === 2;
}

/**
 * Marks that are ordered at a time, as in Unicode's stream-safe text format: to order many at once
 * takes a time that grows with their square, and no writing has so many on a letter.
 */
const mostAtOnce = 30;

/**
 * Brings the marks behind each letter into Unicode's canonical order, in place: "ê" with a dot
 * below is the same text whichever of its two marks was typed first, and so is a letter with
 * {@link mostAtOnce} of them.
 *
 * @param origins for each unit where it comes from; they move along.
 */
export function orderMarks(units: Uint16Array, origins: Uint32Array, length: number): void {
  let start = 0;
  for (let at = 0; at <= length; at++) {
    const mark = at < length && isMark(units[at]!);
    if (mark && at - start < mostAtOnce) continue;
    if (at - start > 1) orderRun(units.subarray(start, at), origins.subarray(start, at));
    start = mark ? at : at + 1;
  }
}

function orderRun(units: Uint16Array, origins: Uint32Array): void {
  const given = String.fromCharCode(...units);
  const ordered = given.normalize("NFD");
  if (ordered === given) return;
  const typed = Array.from(units, (unit, index) => ({ unit, origin: origins[index]! }));
  for (let index = 0; index < units.length; index++) {
    const unit = ordered.charCodeAt(index);
    const [mark] = typed.splice(typed.findIndex((mark) => mark.unit === unit), 1);
    units[index] = unit;
    origins[index] = mark!.origin;
  }
}
