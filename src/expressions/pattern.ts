import { RE2JS, RE2JSSyntaxException, RE2Set } from "re2js";

/**
 * The most steps that a pattern's program may have. A letter is a step, and `{1,100}` makes a
 * hundred of what stands before it.
 */
const mostSteps = 1000;

/**
 * What the states of one pattern may take, bytes. The engine makes them as texts need them, so a
 * text could fill the memory; and to make them takes time.
 */
const stateMemory = 1024 * 1024;

/** A text that is no pattern of RE2, or one that is too large. */
export class PatternError extends Error {
  override readonly name = "PatternError";
}

/**
 * A regular expression of RE2, compiled. It takes time in proportion to the text's length times
 * its steps, whatever the two are.
 */
export class Pattern {
  /** The steps of its program: the most that it does for one character. */
  readonly steps: number;
  /** A set of one: unlike a single expression it keeps to a given amount of memory. */
  readonly #set = new RE2Set(RE2Set.UNANCHORED, 0, stateMemory);

  /** @throws {PatternError} */
  constructor(source: string) {
    this.steps = stepsOf(source);
    if (this.steps > mostSteps) {
      throw new PatternError(
        `the pattern has ${this.steps} steps, and ${mostSteps} is the most: ` +
          "repeat less in it, or give lists of words to the rule words",
      );
    }
    this.#set.add(source);
    this.#set.compile();
  }

  /** Whether it matches anywhere in the text. */
  isIn(text: string): boolean {
    return this.#set.match(text).length > 0;
  }
}

function stepsOf(source: string): number {
  try {
    return RE2JS.compile(source).programSize();
  } catch (error) {
    if (!(error instanceof RE2JSSyntaxException)) throw error;
    const place = error.input === null ? "" : `: "${error.input}"`;
    throw new PatternError(`not a regular expression: ${error.error}${place}`, { cause: error });
  }
}
