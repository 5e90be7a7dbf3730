/**
 * Words for what was thrown, which may be anything.
 *
 * @module
 */

/** The error that was thrown; anything else that was thrown becomes one. */
export function errorOf(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(textOf(thrown));
}

/** What went wrong, in one text. */
export function messageOf(thrown: unknown): string {
  return textOf(thrown instanceof Error ? thrown.message : thrown);
}

/** As {@link messageOf}, with the kind of the error in front. */
export function namedMessageOf(thrown: unknown): string {
  return thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : textOf(thrown);
}

/** What went wrong and where in the code, for faults of the router or of a plugin. */
export function stackOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return textOf(thrown);
  const { stack, message } = thrown;
  return textOf(typeof stack === "string" ? stack : message);
}

function textOf(value: unknown): string {
  try {
    return String(value);
  } catch {
    return "what was thrown has no text";
  }
}
