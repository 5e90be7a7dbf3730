/**
 * The fields of callbacks that hold what people write to each other: a message's content, and the
 * title and text of the notification that shows it.
 */
export const messageTextFields: readonly string[] = ["content", "title", "desc", "offlinePushInfo"];

/** A JSON value in which other text stands for that of messages, except in the fields named. */
export function withoutMessageText(value: unknown, shown: ReadonlySet<string>): unknown {
  const hidden = new Set(messageTextFields).difference(shown);
  const strip = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(strip);
    if (typeof part !== "object" || part === null) return part;
    return Object.fromEntries(
      Object.entries(part).map(([name, member]) => [
        name,
        hidden.has(name) ? "[message text]" : strip(member),
      ]),
    );
  };
  return strip(value);
}
