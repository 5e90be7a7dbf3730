/**
 * CEL's `matches`: with the patterns that are written out in an expression, which are compiled when
 * it is, and with those that it puts together.
 *
 * @module
 */
import QuickLRU from "quick-lru";
import { CostError } from "./work.ts";
import { Pattern, PatternError } from "./pattern.ts";
import { mostSteps, Work } from "./work.ts";

/** The patterns that are written out in an expression. */
export type WrittenPatterns = ReadonlyMap<string, Pattern>;

/**
 * What the matching in one evaluation may come to, in characters times steps. It takes 25 ms at
 * worst: nobody else is answered meanwhile.
 */
const allowance = 1_000_000;

/** The steps of a callback's work that are done in a millisecond. */
const workInAMillisecond = mostSteps / 50;

/** What compiling one step of a pattern costs as much as. */
const costOfStep = 200;

/** The longest pattern that an expression may put together: it is compiled at a callback's time. */
const longestComputed = 100;

/** The work of compiling one of those; the largest take 8 ms. */
const mostToCompile = 300_000;

const computed = new QuickLRU<string, Pattern>({ maxSize: 100 });

/** The evaluation under way. There is one at a time, as none of them waits for anything. */
let written: WrittenPatterns = new Map();
let left = 0;
let work = new Work();

/** Evaluates an expression with its own patterns and a fresh allowance for matching. */
export function withPatterns<Value>(
  patterns: WrittenPatterns,
  callbackWork: Work,
  evaluate: () => Value,
): Value {
  written = patterns;
  left = allowance;
  work = callbackWork;
  return evaluate();
}

/**
 * Whether a pattern of RE2 matches anywhere in a text.
 *
 * @throws {PatternError} for a text that is no pattern.
 * @throws {CostError} if the evaluation has no allowance left for it.
 */
export function matches(text: string, source: string): boolean {
  const pattern = written.get(source) ?? computedPattern(source);
  spend(text.length * pattern.steps, () => {
    return `the text is too long for this pattern: ${text.length} characters for one of ` +
      `${pattern.steps} steps, and ${allowance} is the most of one times the other in an expression`;
  });
  return matchedInWork(text, pattern);
}

/**
 * Matches, as a part of the callback's work. Most texts take a small part of the time that a text
 * made for the pattern does, so what counts is the time that it took, up to what it can take.
 */
function matchedInWork(text: string, pattern: Pattern): boolean {
  const most = text.length * pattern.steps;
  work.reserve(most);
  return timed(most, () => pattern.isIn(text));
}

/** Counts the time of something as work, up to a number of steps, also if it fails. */
function timed<Value>(most: number, run: () => Value): Value {
  const began = performance.now();
  try {
    return run();
  } finally {
    work.spend(Math.min(most, (performance.now() - began) * workInAMillisecond));
  }
}

function computedPattern(source: string): Pattern {
  const known = computed.get(source);
  if (known !== undefined) return known;
  if (source.length > longestComputed) {
    throw new PatternError(
      `a pattern that is not written out has ${longestComputed} characters at most, not ${source.length}`,
    );
  }
  // one that is too large for a pattern is compiled before that is seen
  const pattern = timed(mostToCompile, () => new Pattern(source));
  spend(pattern.steps * costOfStep, () => "an expression puts too many patterns together");
  computed.set(source, pattern);
  return pattern;
}

function spend(cost: number, reason: () => string): void {
  if (cost > left) throw new CostError(reason());
  left -= cost;
}
