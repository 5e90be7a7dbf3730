import type { LogLevel, TextFormatter } from "@logtape/logtape";
import { stringifyExact } from "../openim/exact_json.ts";
import { stackOf } from "../values/thrown.ts";

const levels: Readonly<Record<LogLevel, string>> = {
  trace: "TRACE",
  debug: "DEBUG",
  info: "INFO",
  warning: "WARN",
  error: "ERROR",
  fatal: "FATAL",
};

/**
 * Formats records as JSON lines, like LogTape's own formatter, but with int64 values that stay
 * exact, and with properties beside the message instead of below it.
 */
export const formatJsonLine: TextFormatter = (
  { timestamp, level, message, category, properties },
) => {
  const head = {
    "@timestamp": new Date(timestamp).toISOString(),
    level: levels[level],
    message: message.join(""),
    logger: category.join("."),
  };
  const members = [...Object.entries(head), ...Object.entries(properties)]
    .map(([name, value]) => `${JSON.stringify(name)}:${jsonOf(value)}`);
  return `{${members.join(",")}}\n`;
};

/** A value as JSON; what has no JSON, such as a circle, is described in words. */
function jsonOf(value: unknown): string {
  try {
    return stringifyExact(value instanceof Error ? stackOf(value) : value);
  } catch {
    return `"something that cannot be written as JSON: ${typeof value}"`;
  }
}
