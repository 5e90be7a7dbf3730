/**
 * The router's own log: LogTape, JSON lines or lines for people, on standard error.
 *
 * @module
 */
import {
  configure,
  dispose,
  getJsonLinesFormatter,
  getLogger,
  type Logger,
  type LogLevel,
  type TextFormatter,
} from "@logtape/logtape";
import { getPrettyFormatter } from "@logtape/pretty";
import { createLineSink, type LineWriter } from "./line_sink.ts";

/** How the log is written. */
export interface LogSettings {
  readonly level: "debug" | "info" | "warning" | "error";
  readonly format: "json" | "pretty";
}

/** The router's loggers; the category says who speaks. */
export interface Loggers {
  /** Start, stop and the rules file. */
  readonly router: Logger;
  /** The `log` rules of the rules file. */
  readonly rules: Logger;
  /** Callbacks that went wrong. */
  readonly callbacks: Logger;
  /** Attempts at deliveries. */
  readonly deliveries: Logger;
  /** Writes out what is left. */
  close(): Promise<void>;
}

/** Sets the log up; lines are written to `writer`, many at a time. */
export async function startLogging(settings: LogSettings, writer: LineWriter): Promise<Loggers> {
  await configure({
    reset: true,
    sinks: { lines: createLineSink(writer, formatterOf(settings.format)) },
    loggers: [
      { category: "router", lowestLevel: settings.level satisfies LogLevel, sinks: ["lines"] },
      { category: ["logtape", "meta"], lowestLevel: "warning", sinks: ["lines"] },
    ],
  });
  return {
    router: getLogger("router"),
    rules: getLogger(["router", "rules"]),
    callbacks: getLogger(["router", "callbacks"]),
    deliveries: getLogger(["router", "deliveries"]),
    close: dispose,
  };
}

function formatterOf(format: LogSettings["format"]): TextFormatter {
  return format === "json"
    ? getJsonLinesFormatter({ properties: "flatten", message: "rendered" })
    : getPrettyFormatter({ properties: true, timestamp: "time", wordWrap: false });
}
