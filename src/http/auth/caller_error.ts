import { RequestError } from "../../openim/request_error.ts";

/**
 * A caller that is not let in. The answer does not say why, so that nobody learns which of several
 * proofs was right; the log does.
 */
export class CallerError extends RequestError {
  /** Why, for the operator; holds nothing that the caller sent. */
  readonly reason: string;

  constructor(problem: "noProof" | "forbidden", reason: string) {
    super(problem, "the router's log says why");
    this.reason = reason;
  }
}
