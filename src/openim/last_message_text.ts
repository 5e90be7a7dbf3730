import { messageText } from "./message_text.ts";

/** The rules of a chain look at one message, one after the other, and so does what tells of them. */
let last = { content: "", text: "" };

/** The readable text in a message's content; of the content that was last asked about, at once. */
export function textOf(content: string): string {
  if (content !== last.content) last = { content, text: messageText(content) };
  return last.text;
}

/** Whether the text in a content is known already. */
export function isReadAlready(content: unknown): boolean {
  return content === last.content;
}
