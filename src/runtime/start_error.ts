import { describeProblem, type Problem } from "../config/source/config_error.ts";
import type { SchemaProblem } from "../config/source/schema_problems.ts";
import { DeliveryThreadError } from "../delivery/delivery_thread.ts";
import { OutboxFileError } from "../stores/outbox_file_error.ts";
import { messageOf } from "../values/thrown.ts";

type Path = SchemaProblem["path"];

/** What kept the router from starting although its rules file is in order, and the remedy. */
export class StartError extends Error {
  override readonly name = "StartError";
  /** The setting that names what cannot be used; empty for none. */
  readonly path: Path;
  /** What is wrong and what to do. */
  readonly reason: string;

  constructor(path: Path, reason: string, options?: ErrorOptions) {
    super(path.length === 0 ? reason : `${path.join(".")}: ${reason}`, options);
    this.path = path;
    this.reason = reason;
  }
}

/** Everything that keeps the router from starting, of the rules file and of what it names. */
export class RefusedStart extends Error {
  override readonly name = "RefusedStart";
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[], options?: ErrorOptions) {
    super(problems.map(describeProblem).join("\n"), options);
    this.problems = problems;
  }
}

/** Why nothing can listen on the address of a section, `server` or `operator`. */
export function listenError(section: string, address: string, cause: unknown): StartError {
  return new StartError([section, "listen"], `${address}: ${listenReason(cause)}`, { cause });
}

function listenReason(cause: unknown): string {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  if (cause instanceof Deno.errors.AddrInUse || code === "EADDRINUSE") {
    return "the address is in use: stop what listens there, or name another port";
  }
  if (cause instanceof Deno.errors.AddrNotAvailable || code === "EADDRNOTAVAIL") {
    return "this machine has no such address: name one of its own, such as 127.0.0.1";
  }
  if (cause instanceof Deno.errors.PermissionDenied || code === "EACCES") {
    return "the port needs a right that this user does not have: name one above 1023";
  }
  return `cannot be listened on: ${messageOf(cause)}`;
}

/** Why a file that proves callers or the listener cannot be used. */
export function fileError(setting: Path, path: string, cause: unknown): StartError {
  return new StartError(setting, `${path}: ${fileReason(cause)}`, { cause });
}

function fileReason(cause: unknown): string {
  if (cause instanceof Deno.errors.NotFound) {
    return "there is no such file; name one, relative to the rules file";
  }
  if (cause instanceof Deno.errors.PermissionDenied) {
    return "may not be read; give the user that runs the router the right to";
  }
  return `cannot be used: ${messageOf(cause)}; name another PEM file`;
}

/** Why nothing can be logged to the file that the rules file names. */
export function logFileError(path: string, cause: unknown): StartError {
  const why = cause instanceof Deno.errors.NotCapable
    ? notAllowed
    : `${messageOf(cause)}; name a file that this user may write`;
  const reason = `${path}: ${why}`;
  return new StartError(["log", "file", "path"], reason, { cause });
}

/** Why an outbox cannot be opened; errors of its thread name the remedy already. */
export function storeError(path: string, cause: unknown): StartError {
  if (cause instanceof Deno.errors.NotCapable) {
    return new StartError(["store", "path"], `${path}: ${notAllowed}`, { cause });
  }
  const said = cause instanceof DeliveryThreadError || cause instanceof OutboxFileError;
  const reason = said
    ? cause.message
    : `${messageOf(cause)}; name a file that this user may write, in place of "${path}"`;
  return new StartError(["store", "path"], reason, { cause });
}

/** Deno does not allow it, whatever the user may do. */
const notAllowed = "the router was started without the right to write there: start it with the " +
  'command that "deno task check <this rules file> --permissions" prints; ' +
  '"deno task start" may write only to "data" and "logs" in its own folder';
