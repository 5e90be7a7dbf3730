import { textOf } from "./last_message_text.ts";

/**
 * The fields of callbacks that hold what people write to each other: a message's content, and the
 * title and text of the notification that shows it.
 */
export const messageTextFields: readonly string[] = ["content", "title", "desc", "offlinePushInfo"];

const hiddenText = "[message text]";

/** A JSON value in which other text stands for that of messages, except in the fields named. */
export function withoutMessageText(value: unknown, shown: ReadonlySet<string>): unknown {
  const hidden = new Set(messageTextFields).difference(shown);
  const strip = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(strip);
    if (typeof part !== "object" || part === null) return part;
    return Object.fromEntries(
      Object.entries(part).map(([name, member]) => [
        name,
        hidden.has(name) ? hiddenText : strip(member),
      ]),
    );
  };
  return strip(value);
}

/** Shorter texts stand in many a sentence by chance. */
const shortestQuote = 6;

/** A text that is longer quotes somebody; to look for what it quotes may take long. */
const longestText = 4000;

/** A text, such as an error's, without what it quotes of a callback's message text. */
export function withoutQuotes(text: string, request: Readonly<Record<string, unknown>>): string {
  if (text.length > longestText) return `${hiddenText} of ${text.length} characters`;
  let rest = text;
  for (const field of messageTextFields) {
    const value = request[field];
    if (typeof value !== "string") continue;
    for (const quote of [value, field === "content" ? textOf(value) : ""]) {
      if (quote.length >= shortestQuote) rest = rest.replaceAll(quote, hiddenText);
    }
  }
  return rest;
}
