import { z } from "zod";
import { pass, skip } from "../chain/outcome.ts";
import { OptionError, type RuleContext } from "../chain/rule.ts";
import { defineRule } from "../extension/define_rule.ts";
import { keyPrefix } from "../values/bounded_key.ts";
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
  summary:
    "Finds repeated callbacks, such as a message that is sent again, and skips the rest of " +
    "the chain.",
  options: z.strictObject({
    key: z.string().min(1).default(messageID).describe(
      "CEL: the key that comes again in a repeat. If it is empty or null, the callback is no " +
        "repeat. By clientMsgID, an update of a stream (content type 2300) is no repeat either.",
    ),
    within: duration.default("10m").describe(
      "How long a key is remembered after it first came. After that it is new again.",
    ),
    action: z.enum(["skip", "tag"]).default("skip").describe(
      "What happens to a repeat: the rest of the chain is skipped, or it gets a tag. Put rules " +
        "that refuse before a skip. Otherwise a refused message passes when it is sent again.",
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
    const prefix = keyPrefix(`${about.command} ${place} ${key}`);
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
