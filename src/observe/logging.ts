/**
 * The router's own log: LogTape, JSON lines or lines for people, on standard error.
 *
 * @module
 */
import {
  compareLogLevel,
  configure,
  dispose,
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
  /** How many lines were dropped so far because nobody read them in time. */
  dropped(): number;
  /** Writes out what is left. */
  close(): Promise<void>;
}

/** Sets the log up; lines are written to `writer`, many at a time. */
export async function startLogging(settings: LogSettings, writer: LineWriter): Promise<Loggers> {
  const lines = createLineSink(writer, formatterOf(settings));
  await configure({
    reset: true,
    sinks: { lines },
    loggers: [
      { category: "router", lowestLevel: settings.level satisfies LogLevel, sinks: ["lines"] },
      { category: ["logtape", "meta"], lowestLevel: "warning", sinks: ["lines"] },
    ],
  });
  return {
    router: getLogger("router"),
    rule: ruleLog(lines, settings.level),
    callbacks: getLogger(["router", "callbacks"]),
    deliveries: getLogger(["router", "deliveries"]),
    dropped: lines.dropped,
    close: dispose,
  };
}

/**
 * Hands the lines of `log` rules to the sink themselves: LogTape's logger, made for lazy values,
 * context and filters that these lines do not have, takes as long as the rest of the callback.
 */
function ruleLog(sink: Sink, least: LogLevel): RuleLog {
  const category = ["router", "rules"];
  return (level, message, properties) => {
    if (compareLogLevel(level, least) < 0) return;
    const timestamp = Date.now();
    sink({ category, level, message: [message], rawMessage: message, timestamp, properties });
  };
}

function formatterOf({ format, colors = false }: LogSettings): TextFormatter {
  return format === "json"
    ? formatJsonLine
    : getPrettyFormatter({ properties: true, timestamp: "time", wordWrap: false, colors });
}
