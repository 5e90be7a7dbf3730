import type { Callback } from "../openim/callback.ts";

/** What is odd about the answer of a target that a rule waited for, and that was taken. */
export type Oddity =
  /** It has an errCode other than 0 and does not refuse. */
  | { readonly kind: "errCode"; readonly errCode: number }
  /** Its bytes are not in the charset that it names. */
  | { readonly kind: "garbled"; readonly charset: string };

type Warn = (
  level: "warning",
  message: string,
  properties: Readonly<Record<string, unknown>>,
) => void;

/** Counts odd answers, and logs only the first of each kind and target. */
export class OddAnswers {
  readonly #log: Warn;
  readonly #counts = new Map<string, Record<Oddity["kind"], number>>();

  constructor(log: Warn) {
    this.#log = log;
  }

  /** A target has given such an answer. */
  note(
    target: string,
    oddity: Oddity,
    { command, operationID }: Pick<Callback, "command" | "operationID">,
  ): void {
    const counts = this.counts(target);
    this.#counts.set(target, { ...counts, [oddity.kind]: counts[oddity.kind] + 1 });
    if (counts[oddity.kind] > 0) return;
    const log = this.#log;
    const facts = { target, command, operationID };
    if (oddity.kind === "errCode") {
      log("warning", "an answer has an errCode and does not refuse", {
        ...facts,
        errCode: oddity.errCode,
      });
    } else {
      log("warning", "an answer is not in the charset that it names", {
        ...facts,
        charset: oddity.charset,
      });
    }
  }

  /** How many odd answers a target has given. */
  counts(target: string): Readonly<Record<Oddity["kind"], number>> {
    return this.#counts.get(target) ?? { errCode: 0, garbled: 0 };
  }
}
