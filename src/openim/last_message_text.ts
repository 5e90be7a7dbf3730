import { messageText } from "./message_text.ts";

/**
 * The rules of a chain look at one message, one after the other. However many of them read its text,
 * the time that a long message takes stays the same.
 */
let last = { content: "", text: "" };

/** The readable text in a message's content; the text of the content asked about last is kept. */
export function textOf(content: string): string {
  if (content !== last.content) last = { content, text: messageText(content) };
  return last.text;
}

/** Whether the text in a content is known already. */
export function isReadAlready(content: unknown): boolean {
  return content === last.content;
}
