import { dirname } from "@std/path";
import type { Clock } from "../chain/clock.ts";
import type { Durability, OutboxCount } from "../delivery/outbox.ts";
import type { ReplacedFile } from "../delivery/store.ts";
import { OutboxFileError, unusable } from "./outbox_file_error.ts";
import { OutboxFiles } from "./outbox_files.ts";
import { linkedTo, lockOutbox } from "./outbox_lock.ts";
import { SqliteOutbox } from "./sqlite_outbox.ts";
import { errorOf, messageOf } from "../values/thrown.ts";

/** How often the files are looked at, and opening is tried again, milliseconds. */
const lookEvery = 1000;
/** Opening may take long, as may finding a large file damaged: others work so much longer between. */
const pausePerTry = 10;
/** The longest pause between two tries, milliseconds. */
const longestPause = 60_000;

/** The outbox is not open; nothing is stored. */
export class OutboxNotOpenError extends Error {
  override readonly name = "OutboxNotOpenError";
}

/** What works on an open outbox, and ends with it. */
export interface OutboxWork {
  readonly stop: () => Promise<void>;
}

/** What keeping an outbox needs. */
export interface KeptOutboxContext<Work extends OutboxWork> {
  readonly path: string;
  readonly durability: Durability;
  readonly keepDelivered: boolean;
  readonly clock: Clock;
  /** The time that the times in the file follow, epoch milliseconds; the clock's by default. */
  readonly now?: () => number;
  /** Begins to work on an outbox that was opened. */
  readonly begin: (outbox: SqliteOutbox) => Work;
  /** It was opened, at the start or later. */
  readonly opened: (outbox: SqliteOutbox) => void;
  /** It is not open, or its file is gone and no other can be made; reported once for each reason. */
  readonly notOpen: (error: Error) => void;
  /** A new file was begun in place of one that was deleted or replaced. */
  readonly replaced: (file: ReplacedFile) => void;
}

interface Opened<Work> {
  readonly outbox: SqliteOutbox;
  readonly files: OutboxFiles;
  readonly work: Work;
}

/**
 * An outbox that is open whenever that is possible. If its file fails at the start, it is tried
 * again. If its file is deleted or replaced while it is open, a new one is begun with all that the
 * old one held. The chat goes on in either case.
 */
export class KeptOutbox<Work extends OutboxWork> {
  readonly #context: KeptOutboxContext<Work>;
  #open: Opened<Work> | undefined;
  #lock: Disposable | undefined;
  /** Why nothing is stored; undefined if something is. */
  #trouble: string | undefined;
  /** The highest sequence that the files before have given. */
  #after = 0;
  #cancel: (() => void) | undefined;

  /**
   * Opens the file, or makes it, or begins to try it again.
   *
   * @throws {OutboxFileError} if its path is a mistake.
   */
  constructor(context: KeptOutboxContext<Work>) {
    this.#context = context;
    try {
      this.#openFile();
    } catch (error) {
      if (!(error instanceof OutboxFileError) || error.problem === "setup") throw error;
      this.#fails(error);
    }
    this.#lookIn(lookEvery);
  }

  /**
   * The outbox that may be written to: what it takes is there after a restart.
   *
   * @throws {OutboxNotOpenError} if there is none.
   */
  storing(): Opened<Work> {
    if (this.#open !== undefined && this.#trouble === undefined) this.#checkFiles(this.#open);
    if (this.#trouble !== undefined) throw new OutboxNotOpenError(this.#trouble);
    return this.#open!;
  }

  /** What is held, even if its file is gone; undefined if nothing is. */
  get open(): Opened<Work> | undefined {
    return this.#open;
  }

  /**
   * What is held, for work that is impossible without it.
   *
   * @throws {OutboxNotOpenError} if nothing is held.
   */
  held(): Opened<Work> {
    if (this.#open === undefined) throw new OutboxNotOpenError(this.#trouble);
    return this.#open;
  }

  /** Ends all work and closes the file; returns what remains in it. */
  async close(): Promise<readonly OutboxCount[]> {
    this.#cancel?.();
    if (this.#open !== undefined) this.#checkFiles(this.#open);
    const open = this.#open;
    try {
      await open?.work.stop();
      return open?.outbox.counts() ?? [];
    } finally {
      open?.outbox.close();
      this.#unlock();
    }
  }

  #lookIn(pause: number): void {
    const { clock } = this.#context;
    this.#cancel = clock.after(pause, () => {
      const began = clock.monotonic();
      this.#look();
      const took = clock.monotonic() - began;
      this.#lookIn(Math.min(longestPause, Math.max(lookEvery, pausePerTry * took)));
    });
  }

  #look(): void {
    if (this.#open !== undefined) return this.#checkFiles(this.#open);
    try {
      this.#openFile();
    } catch (error) {
      this.#fails(error);
    }
  }

  #fails(cause: unknown): void {
    const error = errorOf(cause);
    const news = this.#trouble !== error.message;
    this.#trouble = error.message;
    if (news) this.#context.notOpen(error);
  }

  #openFile(): void {
    const { path, durability, keepDelivered, clock, begin, opened } = this.#context;
    const { now = clock.now } = this.#context;
    try {
      Deno.mkdirSync(dirname(path), { recursive: true });
    } catch (cause) {
      throw unusable(path, cause);
    }
    using opening = new DisposableStack();
    const lock = opening.use(lockOutbox(path));
    const outbox = new SqliteOutbox(path, durability, {
      keepDelivered,
      now,
      after: this.#after,
    });
    opening.defer(() => outbox.close());
    outbox.checkIntact();
    this.#open = { outbox, files: new OutboxFiles(path), work: begin(outbox) };
    this.#lock = lock;
    opening.move();
    this.#trouble = undefined;
    opened(outbox);
  }

  #checkFiles(open: Opened<Work>): void {
    const reason = open.files.problem();
    if (reason === undefined && this.#trouble === undefined) return;
    try {
      if (reason === undefined) this.#goOn(open);
      else this.#replace(open, reason);
    } catch (cause) {
      const why = messageOf(cause);
      const what = reason === undefined ? why : `${reason}, and no new file can be begun: ${why}`;
      this.#fails(new OutboxNotOpenError(what, { cause }));
    }
  }

  /** The file was lost, no other could be begun, and now it is back in its place. */
  #goOn({ outbox }: Opened<Work>): void {
    this.#lock ??= lockOutbox(this.#context.path);
    this.#trouble = undefined;
    this.#context.opened(outbox);
  }

  /**
   * The copy is whole on the disk before it gets the file's name, and what works on the old file
   * works on until then. The old one is closed when another has its name: SQLite then leaves the
   * files alone that are beside that.
   */
  #replace({ outbox, files, work }: Opened<Work>, reason: string): void {
    const { path } = this.#context;
    const fresh = `${path}.new`;
    Deno.mkdirSync(dirname(path), { recursive: true });
    for (const file of [fresh, ...besides(fresh)]) removeIfThere(file);
    const copy = outbox.copyTo(fresh);
    this.#unlock();
    this.#lock = lockOutbox(path);
    const aside = moveAside(files.strangers(), path);
    for (const file of besides(linkedTo(path))) removeIfThere(file);
    Deno.renameSync(fresh, path);
    this.#after = outbox.lastSequence;
    this.#open = undefined;
    void work.stop();
    outbox.close();
    this.#unlock();
    this.#context.replaced({ reason, aside, ...copy });
    this.#look();
  }

  #unlock(): void {
    this.#lock?.[Symbol.dispose]();
    this.#lock = undefined;
  }
}

/** What SQLite keeps beside a file. */
function besides(path: string): readonly string[] {
  return [`${path}-wal`, `${path}-shm`];
}

function removeIfThere(file: string): void {
  try {
    Deno.removeSync(file);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/**
 * Moves files away that somebody has put in the place of the outbox's; returns where the one is that
 * has its name.
 */
function moveAside(files: readonly string[], path: string): string | undefined {
  const suffix = `.replaced-${Date.now()}`;
  for (const file of files) Deno.renameSync(file, asideOf(file, suffix));
  return files.includes(path) ? asideOf(path, suffix) : undefined;
}

/** SQLite finds what belongs to a file by its name and an ending. */
function asideOf(file: string, suffix: string): string {
  const [, name, ending] = /^(.*?)(-wal|-shm)?$/s.exec(file)!;
  return `${name}${suffix}${ending ?? ""}`;
}
