/**
 * The wiring of the running router's log.
 *
 * @module
 */
import { bytes } from "../values/byte_size.ts";
import { besideRules, type LoadedRules } from "../config/load/load_rules.ts";
import { secretValues } from "../config/load/secret_values.ts";
import { LogOutput } from "../observe/log_output.ts";
import { type Loggers, type LogSettings, startLogging } from "../observe/logging.ts";
import type { LogFileFailed, LogFileSettings } from "../observe/rotating_file.ts";
import { formatJsonLine } from "../observe/json_lines.ts";
import { logFileError } from "./start_error.ts";
import { messageOf } from "../values/thrown.ts";

/** What the log needs of the rules in force. */
export type LogRules = Pick<LoadedRules, "file" | "settings" | "variables">;

/** The log of a router that serves. */
export interface ServerLog {
  readonly loggers: Loggers;
  /** Follows other rules; if their file cannot be written, the log stays in its place. */
  follow(rules: LogRules): void;
  /** Opens the log's file again, which somebody may have moved. */
  reopen(): void;
}

/**
 * Starts the log as the rules file says; `pretty` makes lines for people all the same.
 *
 * @throws {StartError} if its file cannot be written.
 */
export function startServerLog(
  rules: LogRules,
  { pretty }: { readonly pretty: boolean },
): ServerLog {
  const output = new LogOutput(Deno.stderr, reportOnStandardError);
  try {
    output.use(fileOf(rules));
  } catch (error) {
    throw logFileError(rules.settings.log.file!.path, error);
  }
  reportPlace(rules);
  let secrets = secretValues(rules.settings, rules.variables);
  const settingsOf = ({ settings: { log } }: LogRules): LogSettings => ({
    level: log.level,
    format: pretty ? "pretty" : log.format,
    colors: !output.toFile && Deno.stderr.isTerminal() && !Deno.noColor,
    redact: log.redact,
    secrets,
  });
  const loggers = startLogging(settingsOf(rules), output);
  return {
    loggers,
    follow(next) {
      const failure = tryTo(() => output.use(fileOf(next)));
      // callbacks and deliveries under way may still have those from before
      const before = secrets;
      const added = secretValues(next.settings, next.variables);
      secrets = new Map([...before, ...added]);
      loggers.adjust(settingsOf(next));
      secrets = added;
      if (failure === undefined) return;
      const { message } = logFileError(next.settings.log.file!.path, failure);
      loggers.router.error("the log's new file cannot be used, the log stays where it is", {
        error: message,
      });
    },
    reopen: () => output.reopen(),
  };
}

function fileOf({ file, settings: { log } }: LogRules): LogFileSettings | undefined {
  if (log.file === undefined) return undefined;
  const { path, size, keep } = log.file;
  return { path: besideRules(file, path), size: bytes(size), keep };
}

function tryTo(work: () => void): unknown {
  try {
    work();
    return undefined;
  } catch (error) {
    return error;
  }
}

/** Names the log's file on standard error, which systemd's journal shows. */
function reportPlace(rules: LogRules): void {
  const path = fileOf(rules)?.path;
  if (path !== undefined) report("info", "the log is written to a file", { file: path });
}

const reportOnStandardError: LogFileFailed = (what, error) => {
  const properties = { error: messageOf(error) };
  switch (what) {
    case "write":
      return report("error", "the log's file cannot be written, so lines are dropped", properties);
    case "rotate":
      return report("error", "no new log file can be begun, the present one grows on", properties);
    case "reopen":
      return report(
        "error",
        "the log's file cannot be opened again, the open one stays",
        properties,
      );
  }
};

/** Writes a line to standard error while the log itself is elsewhere; nobody waits for it. */
function report(
  level: "info" | "error",
  message: string,
  properties: Record<string, unknown>,
): void {
  const line = formatJsonLine({
    category: ["router"],
    level,
    message: [message],
    rawMessage: message,
    timestamp: Date.now(),
    properties,
  });
  Deno.stderr.write(new TextEncoder().encode(line)).catch(() => {});
}
