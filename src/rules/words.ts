import { z } from "zod";
import { override, pass, refuse } from "../chain/outcome.ts";
import { OptionError, type RuleContext, type RuleScope, type RunRule } from "../chain/rule.ts";
import { defineRule } from "../extension/define_rule.ts";
import { takenFields } from "../chain/taken_fields.ts";
import type { Callback } from "../openim/callback.ts";
import { messageTexts, replaceMessageTexts } from "../openim/message_text.ts";
import { fitsAsMask, isOneCharacter, maskWords } from "./words/mask_words.ts";
import { appCode } from "./refuse.ts";
import { compileTag, tagOption } from "./tag.ts";
import { listedWords, matcherOf } from "./words/word_list.ts";
import type { WordMatcher } from "./words/word_matcher.ts";

const options = z.strictObject({
  words: z.array(z.string().min(1)).default([]).describe(
    "The words to look for. Case, width and invisible characters make no difference.",
  ),
  files: z.array(z.string().min(1)).default([]).describe(
    "Files with one word a line, relative to the rules file. Lines that start with # are " +
      "comments.",
  ),
  field: z.string().min(1).default("content").describe(
    "CEL: the content to look into. If it is the JSON of a message, only the message's text " +
      "is looked at.",
  ),
  action: z.enum(["refuse", "mask", "tag"]).describe(
    "What happens if a word is found. refuse: the operation stops. mask: the word is masked " +
      "in the content that OpenIM goes on with. tag: later rules see tags.<tag>.",
  ),
  code: appCode.optional().describe(
    "For refuse: the error code that the user gets, 5001 by default.",
  ),
  message: z.string().min(1).optional().describe("For refuse: a short text for the user."),
  mask: z.string().refine(isOneCharacter, "expected one character").optional().describe(
    'For mask: the character that replaces each character of a word, "*" by default.',
  ),
  tag: tagOption,
});

type Options = z.output<typeof options>;
type Action = Options["action"];

/** Which action an option belongs to. */
const belongsTo = { code: "refuse", message: "refuse", mask: "mask", tag: "tag" } as const;

/** Looks for listed words in a message's text. */
export const words = defineRule({
  use: "words",
  output: "tags",
  summary: "Looks for listed words in a message's text. It refuses, masks or tags the message.",
  timing: ({ action }) => action === "tag" ? undefined : "before",
  refusesWhen: ({ action, field }) => action === "refuse" ? `(${field}) != ''` : undefined,
  options,
  compile(given, context) {
    for (const [option, action] of Object.entries(belongsTo)) {
      if (given[option as keyof typeof belongsTo] === undefined || given.action === action) {
        continue;
      }
      throw new OptionError([option], `"${option}" is for "action": "${action}"; leave it out`);
    }
    const listed = listedWords(given, context.services.files);
    const matcher = matcherOf(listed, context.services.files);
    const expression = context.expression(["field"], given.field, "string");
    const contentOf = given.field === "content"
      ? currentContent
      : (callback: Callback, { outputs }: RuleScope) => expression(callback, outputs);
    return { run: compileAction[given.action]({ given, context, listed, matcher, contentOf }) };
  },
});

/** What an action is compiled from. */
interface Parts {
  readonly given: Options;
  readonly context: RuleContext;
  readonly listed: readonly string[];
  readonly matcher: WordMatcher;
  readonly contentOf: (callback: Callback, scope: RuleScope) => string;
}

const compileAction: Readonly<Record<Action, (parts: Parts) => RunRule>> = {
  refuse({ given, context, matcher, contentOf }) {
    if (context.about.timing === "after") return pass;
    const refusal = refuse(
      given.code ?? 5001,
      given.message ?? "the message holds a word that is not allowed",
    );
    return (callback, scope) => holdsWord(contentOf(callback, scope), matcher) ? refusal : pass();
  },

  mask({ given, context, listed, matcher, contentOf }) {
    const { about } = context;
    const mask = given.mask ?? "*";
    if (given.field !== "content") {
      throw new OptionError(["field"], 'only "content" can be masked; leave "field" out');
    }
    if (about.timing === "after") return pass;
    if (!Object.hasOwn(about.overrides.shape, "content")) {
      throw new OptionError(
        ["action"],
        `${about.command} takes no override "content", so that nothing can be masked; ` +
          "callbackBeforeMsgModifyCommand does",
      );
    }
    if (!fitsAsMask(mask, listed)) {
      throw new OptionError(["mask"], `"${mask}" alone makes up a listed word; choose another one`);
    }
    return (callback, scope) => {
      const content = contentOf(callback, scope);
      if (!holdsWord(content, matcher)) return pass();
      const masked = replaceMessageTexts(content, (text) => maskWords(text, matcher, mask));
      return override(takenFields({ content: masked }, about));
    };
  },

  tag({ given, context, matcher, contentOf }) {
    const addTag = compileTag(given, context)!;
    return (callback, scope) =>
      holdsWord(contentOf(callback, scope), matcher) ? addTag(scope) : pass();
  },
};

/**
 * The content that OpenIM would use so far: an earlier rule's override, since the answer has only one
 * content, or the message's own.
 */
function currentContent({ request }: Callback, scope: RuleScope): string {
  const content = scope.replaced("content") ?? request.content;
  return typeof content === "string" ? content : "";
}

/** Whether one of the content's texts contains a listed word. */
function holdsWord(content: string, matcher: WordMatcher): boolean {
  return messageTexts(content).some((text) => matcher.matches(text));
}
