/** An expression that does not parse, names something unknown or does not fit its place. */
export class CelError extends Error {
  override readonly name: string = "CelError";
  /** Where the trouble starts, in characters. */
  readonly offset: number;

  constructor(message: string, offset: number, cause?: unknown) {
    super(message, { cause });
    this.offset = offset;
  }
}

/** What is known of a name that means nothing if it stands. */
export interface UnknownName {
  /** The name, such as `a` in `counts.a`. */
  readonly unknown: string;
  /** The text of the object that lacks it, such as `counts`; empty for a variable. */
  readonly object: string;
  /** The member that is read from it, such as `text` in `message.text`, if one is. */
  readonly member?: string | undefined;
  /** The names that are there. */
  readonly known: readonly string[];
}

/** An expression that reads a variable or a member that is not there. */
export class UnknownNameError extends CelError {
  override readonly name = "UnknownNameError";
  readonly about: UnknownName;

  constructor(message: string, offset: number, about: UnknownName, cause?: unknown) {
    super(message, offset, cause);
    this.about = about;
  }
}
