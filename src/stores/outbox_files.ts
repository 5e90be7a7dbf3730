import { linkedTo } from "./outbox_lock.ts";

/**
 * The files of an open outbox as they were when it was opened: its own, those that SQLite keeps
 * beside it, and its lock. An open file can be deleted or replaced; what is written to it then is
 * gone when the process ends, and without the lock another router gets in.
 */
export class OutboxFiles {
  readonly #known: ReadonlyMap<string, string>;

  /** Looks at the files of an outbox that has just been opened and read. */
  constructor(path: string) {
    const base = linkedTo(path);
    const files = [path, `${base}-wal`, `${base}-shm`, `${base}.lock`];
    this.#known = new Map(
      files.map((file) => [file, identityOf(file)] as const)
        .filter((entry): entry is [string, string] => entry[1] !== undefined),
    );
  }

  /** Why they are not those of the open outbox any more; undefined if they are. */
  problem(): string | undefined {
    for (const [file, known] of this.#known) {
      const identity = identityOf(file, known);
      if (identity === undefined) return `${file} was deleted`;
      if (identity !== known) return `${file} was replaced by another file`;
    }
    return undefined;
  }

  /** The names that belong to another file now, but for the lock. */
  strangers(): readonly string[] {
    return [...this.#known].filter(([file, known]) =>
      !file.endsWith(".lock") && ![known, undefined].includes(identityOf(file, known))
    ).map(([file]) => file);
  }
}

/** What identifies a file; undefined for none, `unknown` if the system does not say. */
function identityOf(file: string, unknown = "unknown"): string | undefined {
  try {
    const { dev, ino } = Deno.statSync(file);
    return `${dev}:${ino}`;
  } catch (error) {
    const gone = error instanceof Deno.errors.NotFound ||
      error instanceof Deno.errors.NotADirectory;
    return gone ? undefined : unknown;
  }
}
