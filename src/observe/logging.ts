/**
 * The router's own log: LogTape, JSON lines or lines for people.
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
import { redactByField } from "@logtape/redaction";
import { redactedText, type RuleLog } from "../chain/rule.ts";
import { formatJsonLine } from "./json_lines.ts";
import { createLineSink, type LineWriter } from "./line_sink.ts";
import { maskSecrets, type Secrets } from "./mask_secrets.ts";

/** How the log is written. */
export interface LogSettings {
  readonly level: "debug" | "info" | "warning" | "error";
  readonly format: "json" | "pretty";
  /** Whether lines for people are coloured. */
  readonly colors?: boolean;
  /** The names of fields whose values are on no line. */
  readonly redact?: readonly string[];
  /** What is replaced wherever a line of the router itself has it. */
  readonly secrets?: Secrets;
}

/** How long a log that nobody reads holds up the end of the process, milliseconds. */
const closeWithin = 2000;

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
  /** Goes on with other settings. */
  adjust(settings: LogSettings): void;
  /** How many lines were dropped so far because nobody read them in time. */
  dropped(): number;
  /** Writes out what is left, as far as it is taken within 2 seconds. */
  close(): Promise<void>;
}

const rulesCategory: readonly string[] = ["router", "rules"];

/** Sets the log up; lines are written to `writer`, many at a time. */
export function startLogging(settings: LogSettings, writer: LineWriter): Loggers {
  const lines = createLineSink(writer, (record) => current.format(record));
  let current = inForce(settings, lines);
  // without its dispose, so that the sink outlives a change of the level
  const sink: Sink = (record) => current.router(record);
  setUp(sink, current.least);
  return {
    router: getLogger("router"),
    // past LogTape's logger: made for lazy values, context and filters that these lines do not have,
    // it takes as long as the rest of the callback
    rule(level, message, properties) {
      if (compareLogLevel(level, current.least) < 0) return;
      const category = rulesCategory;
      const timestamp = Date.now();
      const { rules } = current;
      rules({ category, level, message: [message], rawMessage: message, timestamp, properties });
    },
    callbacks: getLogger(["router", "callbacks"]),
    deliveries: getLogger(["router", "deliveries"]),
    adjust(next) {
      const before = current;
      current = inForce(next, lines);
      if (current.least !== before.least) setUp(sink, current.least);
    },
    dropped: lines.dropped,
    async close() {
      const late = Promise.withResolvers<void>();
      const timer = setTimeout(late.resolve, closeWithin);
      await Promise.race([lines[Symbol.asyncDispose](), late.promise]);
      clearTimeout(timer);
    },
  };
}

/** The settings that hold for a line, made up once. */
interface InForce {
  readonly least: LogLevel;
  readonly format: TextFormatter;
  /** Takes the lines of `log` rules. */
  readonly rules: Sink;
  /** Takes all others. */
  readonly router: Sink;
}

function inForce(settings: LogSettings, lines: Sink): InForce {
  const { level, redact = [], secrets = new Map() } = settings;
  const rules = redact.length === 0
    ? lines
    : redactByField(lines, { fieldPatterns: [...redact], action: () => redactedText });
  return {
    ...{ least: level, format: formatterOf(settings), rules },
    router: maskSecrets(rules, secrets),
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

function formatterOf({ format, colors = false }: LogSettings): TextFormatter {
  return format === "json"
    ? formatJsonLine
    : getPrettyFormatter({ properties: true, timestamp: "time", wordWrap: false, colors });
}
