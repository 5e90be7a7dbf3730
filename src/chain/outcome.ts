import { errorOf } from "../values/thrown.ts";

/** What one rule says about a callback. */
export type Outcome = PassOutcome | OverrideOutcome | RefuseOutcome | FailOutcome;

/** The rule has nothing to say. */
export interface PassOutcome {
  readonly kind: "pass";
  /**
   * Nothing is left to do for this callback: the links after this one are passed over, except those
   * that run always. What was said and asked for until here stays.
   */
  readonly skipRest?: true;
}

/** These fields of the answer should change. */
export interface OverrideOutcome<Fields = Readonly<Record<string, unknown>>> {
  readonly kind: "override";
  readonly fields: Fields;
}

/** OpenIM must not continue. */
export interface RefuseOutcome {
  readonly kind: "refuse";
  /** The `errCode` of the answer: 1 to 2147483647; OpenIM's documentation reserves 5000 to 9999. */
  readonly code: number;
  readonly message: string;
  readonly detail: string;
}

/** The rule could not do its work: it threw, timed out or found the budget spent. */
export interface FailOutcome {
  readonly kind: "fail";
  readonly error: Error;
}

const passed: PassOutcome = Object.freeze({ kind: "pass" });
const skipped: PassOutcome = Object.freeze({ kind: "pass", skipRest: true });

/** Says nothing. */
export function pass(): PassOutcome {
  return passed;
}

/** Says nothing, and that the rest of the chain shall be passed over. */
export function skip(): PassOutcome {
  return skipped;
}

/** Changes fields of the answer. */
export function override<Fields extends object>(fields: Fields): OverrideOutcome<Fields> {
  return { kind: "override", fields };
}

/** Refuses the operation, with the code, the short and the long text that the user gets. */
export function refuse(code: number, message: string, detail = ""): RefuseOutcome {
  return { kind: "refuse", code, message, detail };
}

/** Reports that a rule could not do its work; whatever was thrown is kept as an error. */
export function fail(thrown: unknown): FailOutcome {
  return { kind: "fail", error: errorOf(thrown) };
}
