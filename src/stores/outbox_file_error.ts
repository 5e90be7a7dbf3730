/** A store file that cannot be used as it is. */
export class OutboxFileError extends Error {
  override readonly name = "OutboxFileError";
}

/** SQLite's number for a file whose pages do not fit together. */
const corrupt = 11;

/** Why a file cannot be used, from what SQLite says of it. */
export function unusable(path: string, cause: unknown): OutboxFileError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const { errcode } = (cause ?? {}) as { errcode?: unknown };
  // the lower byte is the kind, the rest says where it was found
  if (Number(errcode) % 256 === corrupt) return damaged(path, reason, cause);
  return new OutboxFileError(
    `the outbox ${path} cannot be opened: ${reason}: name a file that this user may write`,
    { cause },
  );
}

/** A file of which a part is destroyed. It is left as it is: what it holds may be worth saving. */
export function damaged(path: string, reason: string, cause?: unknown): OutboxFileError {
  return new OutboxFileError(
    `the outbox ${path} is damaged: ${reason}: restore a copy of it, save what it holds with ` +
      `"sqlite3 <file> .recover", or move it away to start with an empty one`,
    { cause },
  );
}
