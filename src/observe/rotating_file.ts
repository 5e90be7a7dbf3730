/**
 * A log file that rotates when it reaches its size. `@logtape/file` does not fit: even its
 * non-blocking sink renames, opens and writes short lines on the answering thread, keeps lines
 * without a bound while the disk is slow, does not count the lines that it loses, and cannot reopen
 * its file.
 *
 * @module
 */
import { dirname } from "@std/path";
import type { LineWriter } from "./line_sink.ts";
import { checkFolder } from "../values/folder_check.ts";

/** Where a log file is, and how large it and the old files get. */
export interface LogFileSettings {
  /** The full path; old files stand beside it as `path.1`, the latest, `path.2`, ... */
  readonly path: string;
  /** Bytes after which the file rotates; a single write may be larger. */
  readonly size: number;
  /** How many old files are kept. */
  readonly keep: number;
}

/** Reports that a log file cannot be used, which cannot be in the log itself. */
export type LogFileFailed = (what: "write" | "rotate" | "reopen", error: unknown) => void;

/**
 * Writes whole lines to a file, which all happens off the answering thread. One write at a time:
 * the next may begin when the last one has ended.
 */
export class RotatingFile implements LineWriter {
  readonly #settings: LogFileSettings;
  readonly #failed: LogFileFailed;
  #file: Deno.FsFile;
  #reopen = false;
  /** What fails at present; each is reported once. */
  #failing = new Set<"write" | "rotate" | "reopen">();
  /** The size at which a rotation that failed is tried again. */
  #nextRotation = 0;

  /**
   * Opens the file for appending, and makes its folder.
   *
   * @throws if it cannot be written.
   */
  constructor(settings: LogFileSettings, failed: LogFileFailed) {
    this.#settings = settings;
    this.#failed = failed;
    Deno.mkdirSync(dirname(settings.path), { recursive: true });
    this.#file = Deno.openSync(settings.path, openOptions);
  }

  /**
   * Appends bytes, all of them or none: if a full disk has taken only a part, the part is removed,
   * so that no line is torn.
   *
   * @throws if they could not be written; the next write tries again.
   */
  async write(bytes: Uint8Array): Promise<number> {
    try {
      await this.#makeReady(bytes.length);
      await this.#append(bytes);
      this.#failing.delete("write");
    } catch (error) {
      this.#report("write", error);
      throw error;
    }
    return bytes.length;
  }

  /** Opens the path again before the next write: the file that was there may have been moved. */
  reopen(): void {
    this.#reopen = true;
  }

  /** Closes the file. */
  close(): void {
    this.#file.close();
  }

  /** Reopens or rotates the file if that is due before these bytes are written. */
  async #makeReady(length: number): Promise<void> {
    const { size, nlink } = await this.#file.stat();
    // somebody has deleted the file: nobody would see what is written to it
    if (this.#reopen || nlink === 0) return await this.#openAgain();
    const most = Math.max(this.#settings.size, this.#nextRotation);
    if (size > 0 && size + length > most) await this.#rotate(size);
  }

  async #append(bytes: Uint8Array): Promise<void> {
    let written = 0;
    try {
      while (written < bytes.length) written += await this.#file.write(bytes.subarray(written));
    } catch (error) {
      if (written > 0) {
        const { size } = await this.#file.stat();
        await this.#file.truncate(size - written);
      }
      throw error;
    }
  }

  async #openAgain(): Promise<void> {
    this.#reopen = false;
    await this.#try("reopen", async () => {
      await Deno.mkdir(dirname(this.#settings.path), { recursive: true });
      const former = this.#file;
      this.#file = await Deno.open(this.#settings.path, openOptions);
      former.close();
    });
  }

  /** If it fails, the file grows on; the next try comes when it has grown by its size again. */
  async #rotate(size: number): Promise<void> {
    const { path, keep } = this.#settings;
    this.#nextRotation = size + this.#settings.size;
    const done = await this.#try("rotate", async () => {
      for (let number = keep; number > 1; number--) {
        await renameIfThere(`${path}.${number - 1}`, `${path}.${number}`);
      }
      await renameIfThere(path, `${path}.1`);
    });
    if (!done) return;
    this.#nextRotation = 0;
    await this.#openAgain();
  }

  async #try(what: "rotate" | "reopen", work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      this.#failing.delete(what);
      return true;
    } catch (error) {
      this.#report(what, error);
      return false;
    }
  }

  #report(what: "write" | "rotate" | "reopen", error: unknown): void {
    if (this.#failing.has(what)) return;
    this.#failing.add(what);
    this.#failed(what, error);
  }
}

/** Lines may name users: they are not for everyone on the machine. */
const openOptions: Deno.OpenOptions = { append: true, create: true, mode: 0o640 };

async function renameIfThere(from: string, to: string): Promise<void> {
  try {
    await Deno.rename(from, to);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/**
 * Checks whether a log file could be written, without making or changing it: the router may not
 * start in the end.
 *
 * @throws the system's error if it could not.
 */
export async function checkLogFile(path: string): Promise<void> {
  try {
    (await Deno.open(path, { append: true })).close();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    await checkFolder(dirname(path));
  }
}
