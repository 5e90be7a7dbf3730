/**
 * The router's own log: LogTape, JSON lines or lines for people, on standard error.
 *
 * @module
 */
import {
  compareLogLevel,
  configureSync,
  getLogger,
  type Logger,
  type LogLevel,
  type Sink,
  type TextFormatter,
} from "@logtape/logtape";
import { getPrettyFormatter } from "@logtape/pretty";
import type { RuleLog } from "../chain/rule.ts";
import { formatJsonLine } from "./json_lines.ts";
import { createLineSink, type LineWriter } from "./line_sink.ts";

/** How the log is written. */
export interface LogSettings {
  readonly level: "debug" | "info" | "warning" | "error";
  readonly format: "json" | "pretty";
  /** Whether lines for people are coloured. */
  readonly colors?: boolean;
}

/** The router's loggers; the category says who speaks. */
export interface Loggers {
  /** Start, stop and the rules file. */
  readonly router: Logger;
  /** The `log` rules of the rules file. */
  readonly rule: RuleLog;
  /** Callbacks that went wrong. */
  readonly callbacks: Logger;
  /** Attempts at deliveries. */
  readonly deliveries: Logger;
  /** Goes on with another level and format. */
  adjust(settings: Pick<LogSettings, "level" | "format">): void;
  /** How many lines were dropped so far because nobody read them in time. */
  dropped(): number;
  /** Writes out what is left. */
  close(): Promise<void>;
}

/** Sets the log up; lines are written to `writer`, many at a time. */
export function startLogging(settings: LogSettings, writer: LineWriter): Loggers {
  const current = { least: settings.level, format: formatterOf(settings) };
  const lines = createLineSink(writer, (record) => current.format(record));
  // without its dispose, so that the sink outlives a change of the level
  const sink: Sink = (record) => lines(record);
  setUp(sink, current.least);
  return {
    router: getLogger("router"),
    rule: ruleLog(sink, current),
    callbacks: getLogger(["router", "callbacks"]),
    deliveries: getLogger(["router", "deliveries"]),
    adjust({ level, format }) {
      current.format = formatterOf({ ...settings, format });
      if (level !== current.least) setUp(sink, level);
      current.least = level;
    },
    dropped: lines.dropped,
    async close() {
      await lines[Symbol.asyncDispose]();
    },
  };
}

/** In one step: no line falls between two levels. */
function setUp(sink: Sink, least: LogLevel): void {
  configureSync({
    reset: true,
    sinks: { lines: sink },
    loggers: [
      { category: "router", lowestLevel: least, sinks: ["lines"] },
      { category: ["logtape", "meta"], lowestLevel: "warning", sinks: ["lines"] },
    ],
  });
}

/**
 * Hands the lines of `log` rules to the sink themselves: LogTape's logger, made for lazy values,
 * context and filters that these lines do not have, takes as long as the rest of the callback.
 */
function ruleLog(sink: Sink, current: { readonly least: LogLevel }): RuleLog {
  const category = ["router", "rules"];
  return (level, message, properties) => {
    if (compareLogLevel(level, current.least) < 0) return;
    const timestamp = Date.now();
    sink({ category, level, message: [message], rawMessage: message, timestamp, properties });
  };
}

function formatterOf({ format, colors = false }: LogSettings): TextFormatter {
  return format === "json"
    ? formatJsonLine
    : getPrettyFormatter({ properties: true, timestamp: "time", wordWrap: false, colors });
}
