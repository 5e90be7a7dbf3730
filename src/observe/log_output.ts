import type { LineWriter } from "./line_sink.ts";
import { type LogFileFailed, type LogFileSettings, RotatingFile } from "./rotating_file.ts";

/**
 * Where the log goes: standard error, or a file in place of it. A change holds from the next write
 * on, so that no line is lost or torn between two places.
 */
export class LogOutput implements LineWriter {
  readonly #standard: LineWriter;
  readonly #failed: LogFileFailed;
  #settings: LogFileSettings | undefined;
  #file: RotatingFile | undefined;
  /** What is written to, from the next whole write on. */
  #next: LineWriter;
  #current: LineWriter;
  /** Whether the writer has taken a part of a write, of which the rest belongs to it as well. */
  #midway = false;

  /** Writes to `standard` until a file is named; `failed` hears what goes wrong with files. */
  constructor(standard: LineWriter, failed: LogFileFailed) {
    this.#standard = standard;
    this.#failed = failed;
    this.#next = this.#current = standard;
  }

  /** Whether lines go to the file rather than to standard error. */
  get toFile(): boolean {
    return this.#file !== undefined;
  }

  /**
   * Goes on in another place; undefined is standard error.
   *
   * @throws if the file cannot be written; everything then stays as it was.
   */
  use(settings: LogFileSettings | undefined): void {
    if (same(settings, this.#settings)) return;
    this.#file = settings === undefined ? undefined : new RotatingFile(settings, this.#failed);
    this.#settings = settings;
    this.#discardUnused();
    this.#next = this.#file ?? this.#standard;
  }

  /** Opens the file again before the next write, if there is one: it may have been moved. */
  reopen(): void {
    this.#file?.reopen();
  }

  async write(bytes: Uint8Array): Promise<number> {
    if (!this.#midway && this.#current !== this.#next) {
      const former = this.#current;
      this.#current = this.#next;
      if (former instanceof RotatingFile) former.close();
    }
    this.#midway = false;
    const taken = await this.#current.write(bytes);
    this.#midway = taken < bytes.length;
    return taken;
  }

  /** A file that was named and replaced by another one before anything was written to it. */
  #discardUnused(): void {
    if (this.#next !== this.#current && this.#next instanceof RotatingFile) this.#next.close();
  }
}

function same(one: LogFileSettings | undefined, other: LogFileSettings | undefined): boolean {
  return one?.path === other?.path && one?.size === other?.size && one?.keep === other?.keep;
}
