/** Something that was asked for in a way in which it cannot be done, and the remedy. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
