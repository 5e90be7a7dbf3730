/** What the router has decided about a callback; `encode` writes it in OpenIM's words. */
export type Verdict = ContinueVerdict | RefuseVerdict;

/** OpenIM carries on, with some of its values replaced. */
export interface ContinueVerdict {
  readonly kind: "continue";
  /** Response fields that replace OpenIM's own values; empty when nothing changes. */
  readonly overrides: Readonly<Record<string, unknown>>;
}

/** OpenIM stops the operation and tells the user why. */
export interface RefuseVerdict {
  readonly kind: "refuse";
  /** Shown to the user; a positive int32. OpenIM's documentation reserves 5000 to 9999. */
  readonly code: number;
  /** A short text for the user. */
  readonly message: string;
  /** A longer text for callers of OpenIM's REST API, which chat clients never get; may be empty. */
  readonly detail: string;
  /**
   * What the answer returns of the request, for the servers that ignore the refusal and go on to
   * copy fields from the answer; see `answer_duties.ts`.
   */
  readonly echo?: Readonly<Record<string, unknown>>;
}

/** The verdict that changes nothing. */
export const plainContinue: ContinueVerdict = Object.freeze({
  kind: "continue",
  overrides: Object.freeze({}),
});
