import { z } from "zod";
import { pass, skip } from "../chain/outcome.ts";
import { OptionError, type RuleContext } from "../chain/rule.ts";
import { defineRule } from "../extension/define_rule.ts";
import { duration, milliseconds } from "../values/duration.ts";
import { compileTag, tagOption } from "./tag.ts";

/** What tells one message from another, in every command that carries messages. */
const messageID = "clientMsgID";

/** The content type of an update of a message that is written bit by bit: each has the message's ID. */
const streamUpdate = 2300;

/** Finds callbacks that come again. */
export const dedupe = defineRule({
  use: "dedupe",
  output: "tags",
  summary: "Finds repeated callbacks, such as a message sent again, and skips the rest for them.",
  options: z.strictObject({
    key: z.string().min(1).default(messageID).describe(
      "CEL: what is the same in a repeat. A callback for which it is empty or null repeats nothing; " +
        "by clientMsgID neither does an update of a stream (content type 2300).",
    ),
    within: duration.default("10m").describe(
      "How long after its first time a key is a repeat; after that it is new again.",
    ),
    action: z.enum(["skip", "tag"]).default("skip").describe(
      "What becomes of a repeat: the rest of the chain is skipped, or it gets a tag. Rules that " +
        "refuse belong before a skip: what they refused would pass when it is sent again.",
    ),
    tag: tagOption,
  }),
  compile({ key, within, action, tag }, context) {
    const { about, place, services } = context;
    checkKey(key, context);
    const keyOf = context.expression(["key"], key, "key");
    const addTag = compileTag({ action, tag }, context);
    if (addTag === undefined && about.timing === "before") {
      context.warn(
        ["action"],
        'in a before-callback, "skip" lets a message pass that a later rule refused the first time; ' +
          'put this rule after those that refuse, or use "action": "tag"',
      );
    }
    const window = milliseconds(within);
    const prefix = `${about.command} ${place} ${key}\n`;
    return {
      run(callback, scope) {
        const id = keyOf(callback, scope.outputs);
        if (id === "") return pass();
        const isUpdate = Number(callback.request.contentType) === streamUpdate;
        if (isUpdate && key === messageID) return pass();
        const now = services.clock.monotonic();
        if (!services.seenKeys.repeats(prefix + id, window, now)) return pass();
        return addTag === undefined ? skip() : addTag(scope);
      },
    };
  },
});

function checkKey(key: string, { about }: RuleContext): void {
  if (key !== messageID || Object.hasOwn(about.request.shape, messageID)) return;
  throw new OptionError(
    ["key"],
    `${about.command} has no ${messageID}; give a key of its fields, such as "operationID"`,
  );
}
