/** A callback that has been answered, with what its rules did. */
export interface RecentCallback {
  /** When it came, epoch milliseconds. */
  readonly at: number;
  readonly command: string;
  readonly operationID: string;
  readonly verdict: "continue" | "refuse";
  /** The `errCode` of a refusal. */
  readonly code?: number | undefined;
  /** How long its chain took, milliseconds. */
  readonly duration: number;
  readonly rules: readonly RecentRule[];
}

/** What became of one rule. */
export interface RecentRule {
  /** The place in the rules file. */
  readonly rule: string;
  readonly use: string;
  readonly outcome: "pass" | "override" | "refuse" | "fail" | "skipped";
  /** Why it did not run. */
  readonly skipped?: "when" | "group" | "refused" | "stopped" | undefined;
  /** Why it failed. */
  readonly error?: string | undefined;
  /** Milliseconds. */
  readonly duration: number;
}
