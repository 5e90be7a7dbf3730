/**
 * The router's own log: LogTape, JSON lines or lines for people.
 *
 * @module
 */
import {
  configureSync,
  getLogger,
  type Logger,
  type Sink,
  type TextFormatter,
} from "@logtape/logtape";
import { getPrettyFormatter } from "@logtape/pretty";
import { redactByField } from "@logtape/redaction";
import { systemClock } from "../chain/clock.ts";
import { redactedText, type RuleLog } from "../chain/rule.ts";
import { deadline } from "../values/deadline.ts";
import { formatJsonLine } from "./json_lines.ts";
import { createLineSink, type LineWriter } from "./line_sink.ts";
import { maskSecrets, type Secrets } from "./mask_secrets.ts";

/** How the log is written. */
export interface LogSettings {
  readonly level: "debug" | "info" | "warning" | "error";
  readonly format: "json" | "pretty";
  /** Whether lines for people are coloured. */
  readonly colors?: boolean;
  /** The names of fields whose values are left out of every line. */
  readonly redact?: readonly string[];
  /** Secrets that are replaced in the lines of the router itself. */
  readonly secrets?: Secrets;
}

/** How long a log that nobody reads may delay the end of the process, milliseconds. */
const closeWithin = 2000;

/** The router's loggers, each with a category of its own. */
export interface Loggers {
  /** Start, stop and the rules file. */
  readonly router: Logger;
  /** The `log` rules of the rules file. */
  readonly rule: RuleLog;
  /** Callbacks that went wrong. */
  readonly callbacks: Logger;
  /** Attempts at deliveries. */
  readonly deliveries: Logger;
  /** Puts other settings in force. */
  adjust(settings: LogSettings): void;
  /** How many lines were dropped so far because nobody read them in time. */
  dropped(): number;
  /** Writes the lines that are left, for 2 seconds at most. */
  close(): Promise<void>;
}

/** Sets the log up; lines are written to `writer`, many at a time. */
export function startLogging(settings: LogSettings, writer: LineWriter): Loggers {
  let format = formatterOf(settings);
  const lines = createLineSink(writer, (record) => format(record));
  const follow = (next: LogSettings) => {
    format = formatterOf(next);
    // a function of its own: LogTape would dispose the sink itself when it is configured again
    configure(next, (record) => lines(record));
  };
  follow(settings);
  const rules = getLogger(["router", "rules"]);
  return {
    router: getLogger("router"),
    rule(level, message, properties) {
      // as a record: a rule's message is a text, not a template
      const timestamp = Date.now();
      rules.emit({ level, message: [message], rawMessage: message, timestamp, properties });
    },
    callbacks: getLogger(["router", "callbacks"]),
    deliveries: getLogger(["router", "deliveries"]),
    adjust: follow,
    dropped: lines.dropped,
    async close() {
      const limits = { within: closeWithin, message: "lines are left", clock: systemClock };
      await deadline(lines[Symbol.asyncDispose](), limits).catch(() => {});
    },
  };
}

/** Puts settings in force in one step, so that no line falls between two levels. */
function configure({ level, redact = [], secrets = new Map() }: LogSettings, lines: Sink): void {
  const rules = redact.length === 0
    ? lines
    : redactByField(lines, { fieldPatterns: [...redact], action: () => redactedText });
  configureSync({
    reset: true,
    sinks: { rules, router: maskSecrets(rules, secrets) },
    loggers: [
      { category: "router", lowestLevel: level, sinks: ["router"] },
      {
        category: ["router", "rules"],
        lowestLevel: level,
        sinks: ["rules"],
        parentSinks: "override",
      },
      { category: ["logtape", "meta"], lowestLevel: "warning", sinks: ["router"] },
    ],
  });
}

function formatterOf({ format, colors = false }: LogSettings): TextFormatter {
  return format === "json"
    ? formatJsonLine
    : getPrettyFormatter({ properties: true, timestamp: "time", wordWrap: false, colors });
}
