import { messageOf } from "../values/thrown.ts";

/**
 * Why a store file cannot be used. `setup`: the path is a mistake, and a router that starts says so
 * and ends. `trouble`: the file or its disk fails; the chat goes on, and the file is tried again.
 */
export type OutboxFileProblem = "setup" | "trouble";

/** A store file that cannot be used as it is. */
export class OutboxFileError extends Error {
  override readonly name = "OutboxFileError";
  readonly problem: OutboxFileProblem;

  constructor(
    message: string,
    { problem = "setup", ...options }: ErrorOptions & { problem?: OutboxFileProblem } = {},
  ) {
    super(message, options);
    this.problem = problem;
  }
}

/** SQLite's numbers of what goes wrong; the lower byte of a number is its kind. */
const kinds = { locked: 5, disk: 10, corrupt: 11, full: 13, noDatabase: 26 } as const;

/** The file for readers beside the writer cannot grow: the disk is full. */
const noRoomForReaders = 4874;

/** What to do about an error of SQLite's or of the system's; undefined if nobody knows. */
export function remedyOf(cause: unknown): string | undefined {
  const { errcode, code } = (cause ?? {}) as { errcode?: unknown; code?: unknown };
  const kind = Number(errcode) % 256;
  if (kind === kinds.full || errcode === noRoomForReaders || code === "ENOSPC") {
    return "the disk is full, make room on it";
  }
  if (kind === kinds.disk || code === "EIO") return "make room on the disk, or look if it works";
  if (kind === kinds.locked) return "end what holds a lock on the file";
  return undefined;
}

/** The message of an error with what to do about it. */
export function withRemedy(cause: unknown): string {
  const reason = messageOf(cause);
  const remedy = remedyOf(cause);
  return remedy === undefined ? reason : `${reason}: ${remedy}`;
}

/** Why a file cannot be used, from what SQLite or the system says of it. */
export function unusable(path: string, cause: unknown): OutboxFileError {
  const reason = messageOf(cause);
  const kind = Number(((cause ?? {}) as { errcode?: unknown }).errcode) % 256;
  // its lock shows that a router has used the file
  const used = kind === kinds.noDatabase && isThere(`${path}.lock`);
  if (kind === kinds.corrupt || used) return damaged(path, reason, cause);
  const remedy = remedyOf(cause);
  // a file that is there was once opened, and a disk is no mistake of the path's
  const mistaken = kind === kinds.noDatabase || remedy === undefined && !isThere(path);
  return new OutboxFileError(
    `the outbox ${path} cannot be opened: ${reason}: ` +
      (remedy ?? "name a file that this user may write"),
    { cause, problem: mistaken ? "setup" : "trouble" },
  );
}

/** A file of which a part is destroyed. It is left as it is: what it holds may be worth saving. */
export function damaged(path: string, reason: string, cause?: unknown): OutboxFileError {
  return new OutboxFileError(
    `the outbox ${path} is damaged: ${reason}: restore a copy of it, save what it holds with ` +
      `"sqlite3 <file> .recover", or move it away to start with an empty one`,
    { cause, problem: "trouble" },
  );
}

function isThere(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}
