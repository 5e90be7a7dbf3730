/** The longest that a target may ask to be left alone, milliseconds. */
export const longestRetryAfter = 3_600_000;

/** The statuses whose `Retry-After` is kept to (RFC 9110, 15.6.4, and RFC 6585, 4). */
const statuses: ReadonlySet<number> = new Set([429, 503]);

/** An answer's status and its header `Retry-After` as the target wrote it. */
export interface BusyAnswer {
  readonly status: number | undefined;
  readonly retryAfter: string | undefined;
}

/**
 * How long a target asks to be left alone, milliseconds, an hour at most; undefined if it does
 * not ask, or not in a form of RFC 9110, 10.2.3: whole seconds, or a date.
 *
 * @param now the wall time, epoch milliseconds.
 */
export function requestedPause(
  { status, retryAfter }: BusyAnswer,
  now: number,
): number | undefined {
  if (status === undefined || !statuses.has(status) || retryAfter === undefined) return undefined;
  const text = retryAfter.trim();
  const pause = /^\d+$/.test(text) ? Number(text) * 1000 : untilDate(text, now);
  return pause === undefined ? undefined : Math.min(Math.max(0, pause), longestRetryAfter);
}

/** HTTP dates begin with the day's name and say GMT; `Date.parse` alone would take much more. */
function untilDate(text: string, now: number): number | undefined {
  if (!/^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? .*(?:GMT|\d{4})$/.test(text)) return undefined;
  // of the three forms, asctime's alone names no zone; it means GMT as well
  const date = Date.parse(text.endsWith("GMT") ? text : `${text} GMT`);
  return Number.isNaN(date) ? undefined : date - now;
}
