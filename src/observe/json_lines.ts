import type { LogLevel, TextFormatter } from "@logtape/logtape";
import { stringifyExact } from "../openim/exact_json.ts";

const levels: Readonly<Record<LogLevel, string>> = {
  trace: "TRACE",
  debug: "DEBUG",
  info: "INFO",
  warning: "WARN",
  error: "ERROR",
  fatal: "FATAL",
};

/**
 * Formats records as JSON lines, alike to those of LogTape's formatter. That one calls a replacer
 * for each value; this one, on the way of every callback that is logged, writes strings and numbers
 * one by one, which V8 does several times as fast as an object made for the purpose.
 */
export const formatJsonLine: TextFormatter = (record) => {
  const { message, category, properties } = record;
  const text = message.length === 1 ? message[0] : message.join("");
  let line = `{"@timestamp":"${isoTime(record.timestamp)}","level":"${levels[record.level]}"` +
    `,"message":${json(text)},"logger":${loggerJson(category)}`;
  for (const name in properties) line += `,${nameJson(name)}:${json(properties[name])}`;
  return `${line}}\n`;
};

/** Names as JSON: those of the router's own lines and of the rules files', few and always the same. */
const names = new Map<string, string>();
/** A router that has been told many rules files in turn has met the names of all. */
const mostNames = 1000;

function nameJson(name: string): string {
  let text = names.get(name);
  if (text === undefined) {
    if (names.size >= mostNames) names.clear();
    names.set(name, text = JSON.stringify(name));
  }
  return text;
}

const loggers = new WeakMap<readonly string[], string>();

function loggerJson(category: readonly string[]): string {
  let text = loggers.get(category);
  if (text === undefined) loggers.set(category, text = JSON.stringify(category.join(".")));
  return text;
}

/** The time of the latest line: under load many lines have the same. */
let latest = { time: 0, text: "1970-01-01T00:00:00.000Z" };

function isoTime(time: number): string {
  if (time !== latest.time) latest = { time, text: new Date(time).toISOString() };
  return latest.text;
}

function json(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number" && Number.isFinite(value)) return String(value);
  return thorough(value);
}

/** What is neither string nor number; what cannot be written as JSON, such as a circle, as text. */
function thorough(value: unknown): string {
  try {
    // an error of a plugin may be anything
    return stringifyExact(value instanceof Error ? textOf(value) : value);
  } catch {
    return `"something that cannot be written as JSON: ${typeof value}"`;
  }
}

/** What is written of an error: with its stack, where that is the text that it should be. */
function textOf({ stack, message }: Error): unknown {
  return typeof stack === "string" ? stack : message;
}
