/** What a log has in place of a value that is not to be in it. */
export const redactedText = "[redacted]";
