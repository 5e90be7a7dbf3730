/** Far deeper than any callback of OpenIM; what looks into a value calls itself for each level. */
export const deepest = 500;

/** A value, such as the body of a hostile caller, is nested too deeply to be looked into. */
export class NestingError extends Error {
  override readonly name = "NestingError";

  constructor() {
    super(`a value is nested deeper than ${deepest} levels`);
  }
}
