/** An expression that does not parse, names something unknown or does not fit its place. */
export class CelError extends Error {
  override readonly name = "CelError";
  /** Characters into the expression at which the trouble starts. */
  readonly offset: number;

  constructor(message: string, offset: number, cause?: unknown) {
    super(message, { cause });
    this.offset = offset;
  }
}
