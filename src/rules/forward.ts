import { z } from "zod";
import type { NewDelivery } from "../chain/deliveries.ts";
import type { Expression } from "../chain/expression.ts";
import { pass } from "../chain/outcome.ts";
import { OptionError, type RuleLog, type RuleScope } from "../chain/rule.ts";
import { defineRule } from "../extension/define_rule.ts";
import { jsonOf } from "../expressions/cel_value.ts";
import { httpHeaders } from "../values/http_headers.ts";
import { didYouMean } from "../values/nearest_name.ts";
import type { Callback } from "../openim/callback.ts";
import { stringifyExact } from "../openim/exact_json.ts";
import { boundedKey } from "../values/bounded_key.ts";
import { envelope } from "./envelope.ts";
import { ownWords } from "./own_words.ts";
import { compileTakeOver } from "./take_over.ts";
import { messageOf } from "../values/thrown.ts";

/** Sends the callback to a target. */
export const forward = defineRule({
  use: "forward",
  summary:
    "Sends the callback to a target. It stores the callback and delivers it later, or waits " +
    "for the answer.",
  options: z.strictObject({
    to: z.string().min(1).describe('The target\'s name under "targets".'),
    body: z.string().min(1).optional().describe(
      "CEL: the body to send, such as {'user': sendID}. The default is the target's \"body\".",
    ),
    headers: httpHeaders.default({}).describe("Further headers to send."),
    wait: z.boolean().default(false).describe(
      "Wait for the target's answer within the chain's budget, and take over its refusal or " +
        "overrides. Nothing is stored, and nothing is tried again.",
    ),
    ...ownWords,
  }),
  timing: ({ wait }) => wait ? "before" : undefined,
  refusesWhen: ({ wait, refuseWhen, override }) =>
    wait && (refuseWhen !== undefined || override === undefined) ? "true" : undefined,
  inAfterChain: "waits for an answer that changes nothing",
  compile({ to, body, headers, wait, ...words }, context) {
    const target = Object.hasOwn(context.targets, to) ? context.targets[to] : undefined;
    if (target === undefined) {
      throw new OptionError(["to"], unknownTarget(to, Object.keys(context.targets)));
    }
    const { services } = context;
    const reshape = body === undefined
      ? context.shape(to)
      : context.expression(["body"], body, "any");
    const order = wait ? undefined : context.order(to);
    const bodyOf = (id: string, callback: Callback, outputs: Record<string, unknown>) => {
      if (reshape !== undefined) return stringifyExact(jsonOf(reshape(callback, outputs)));
      return target.body === "envelope" ? envelope(id, callback) : callback.text;
    };
    const deliveryOf = (
      callback: Callback,
      { outputs, traceContext: trace }: Pick<RuleScope, "outputs" | "traceContext">,
      id = services.newID(),
    ): NewDelivery => {
      const delivery = {
        id,
        target: to,
        command: callback.command,
        operationID: callback.operationID,
        orderKey: order === undefined ? "" : orderKey(callback, order, services.log),
        createdAt: callback.receivedAt,
        headers,
        body: bodyOf(id, callback, outputs),
      };
      return trace === undefined ? delivery : { ...delivery, trace };
    };
    if (!wait) {
      for (const [name, given] of Object.entries(words)) {
        if (given === undefined) continue;
        throw new OptionError(
          [name],
          `"${name}" is for the answer that a rule waits for; add "wait": true`,
        );
      }
      return {
        run(callback, scope) {
          scope.deliver(deliveryOf(callback, scope));
          return pass();
        },
      };
    }
    const takeOver = compileTakeOver(to, words, context);
    return {
      async run(callback, scope) {
        const delivery = deliveryOf(callback, scope);
        const answer = await services.poster.post(delivery, scope.signal);
        return answer === undefined ? pass() : takeOver(answer, callback, scope.outputs);
      },
    };
  },
});

/** A URL in place of a name is not repeated: its path may be a secret. */
function unknownTarget(to: string, known: readonly string[]): string {
  return URL.canParse(to)
    ? 'expected the name of a target; write the URL under "targets": { "name": { "url": "..." } }'
    : `unknown target "${to}"${didYouMean(to, known) || '; name it under "targets"'}`;
}

/** A delivery whose key cannot be computed arrives out of order rather than not at all. */
function orderKey(callback: Callback, order: Expression<string>, log: RuleLog): string {
  try {
    return boundedKey(order(callback, {}));
  } catch (error) {
    const { command, operationID } = callback;
    const reason = messageOf(error);
    log("warning", "forwarded out of order", { command, operationID, error: reason });
    return "";
  }
}
