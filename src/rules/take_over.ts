import type { TargetAnswer } from "../chain/deliveries.ts";
import type { Outputs } from "../chain/expression.ts";
import { fail, type Outcome } from "../chain/outcome.ts";
import type { RuleContext } from "../chain/rule.ts";
import { answerValue } from "../expressions/answer_condition.ts";
import type { Callback } from "../openim/callback.ts";
import { stringifyExact } from "../openim/exact_json.ts";
import { readsVariable } from "../expressions/read_names.ts";
import { AnswerError, readOpenimWords } from "./openim_words.ts";
import { compileOwnWords, type OwnWords, plainRefusal } from "./own_words.ts";

/** What stands in a text for bytes that could not be read. */
const replacement = "\ufffd";

/** Compiles what the answer of a target that was waited for means for the chain. */
export function compileTakeOver(
  target: string,
  words: OwnWords,
  context: RuleContext,
): (answer: TargetAnswer, callback: Callback, outputs: Outputs) => Outcome {
  const { about, services: { oddAnswers } } = context;
  const readOwnWords = compileOwnWords(words, context);
  const { refuseWhen = "true" } = words;
  // a refusal by a status such as 403 would never happen, without a word
  if (readsVariable(refuseWhen, "status") && context.targets[target]?.deliveredWhen === undefined) {
    context.warn(
      ["refuseWhen"],
      `"status" is always a 2xx here, since any other fails the rule; to decide by others as well, ` +
        `give the target "${target}" a "deliveredWhen", such as "status < 500"`,
    );
  }
  const outcomeOf = ({ status, text }: TargetAnswer, callback: Callback, outputs: Outputs) => {
    if (readOwnWords !== undefined) {
      return readOwnWords(callback, { ...outputs, status, answer: answerValue(text) });
    }
    const { outcome, errCode } = readOpenimWords(text, about);
    if (errCode !== undefined) oddAnswers.note(target, { kind: "errCode", errCode }, callback);
    return outcome;
  };
  return (answer, callback, outputs) => {
    const { garbled } = answer;
    if (garbled !== undefined) {
      oddAnswers.note(target, { kind: "garbled", charset: garbled }, callback);
    }
    const outcome = outcomeOf(answer, callback, outputs);
    return garbled === undefined ? outcome : readable(outcome, garbled);
  };
}

/**
 * What is left of an outcome from a text that could not be read whole. A refusal stands, with plain
 * words in place of broken ones; a broken value must not replace anything.
 */
function readable(outcome: Outcome, charset: string): Outcome {
  if (outcome.kind === "refuse") {
    const { message, detail } = outcome;
    return {
      ...outcome,
      message: message.includes(replacement) ? plainRefusal.message : message,
      detail: detail.includes(replacement) ? "" : detail,
    };
  }
  if (outcome.kind !== "override") return outcome;
  if (!stringifyExact(outcome.fields).includes(replacement)) return outcome;
  return fail(new AnswerError(`the answer is not in its charset, ${charset}`));
}
