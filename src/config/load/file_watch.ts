import type { Clock } from "../../chain/clock.ts";
import { foldersOf, placesOf } from "./file_places.ts";
import { ReadFiles } from "./read_files.ts";
import { errorOf } from "../../values/thrown.ts";

/** How a watch is kept. */
export interface FileWatchOptions {
  readonly clock: Clock;
  /** Called once when files changed; then again only after {@link FileWatch.follow}. */
  readonly changed: () => void;
  /** Called if the system does not report changes; the files are then read at intervals. */
  readonly failed: (error: Error) => void;
  /**
   * Folders that the system is not asked about, by their real paths; their files are looked at every
   * second. To report a change, Deno opens the changed file and closes it, whatever file it is, and
   * by POSIX's rules that ends the locks of the whole process on it: a database in a watched folder
   * would lose its own.
   */
  readonly unwatched?: ReadonlySet<string>;
  /** How long a file has to be left alone before it is read, milliseconds. */
  readonly settle?: number;
  /** How often the files are looked at although nothing was reported, milliseconds. */
  readonly lookEvery?: number;
}

/** How often files in folders that the system is not asked about are looked at, milliseconds. */
const lookWhereUnwatched = 1000;

/**
 * Watches files by the folders that they stand in, so that one that is replaced, deleted and made
 * again, or reached by another link is seen as well. What the system does not report, such as
 * changes on most network file systems, is found by looking now and then.
 */
export class FileWatch implements Disposable {
  readonly #options: Required<FileWatchOptions>;
  #files = new ReadFiles();
  #places: ReadonlySet<string> = new Set();
  #folders: ReadonlySet<string> = new Set();
  #watcher: Deno.FsWatcher | undefined;
  #cancelTimer: (() => void) | undefined;
  /** Looks take turns. */
  #looking: Promise<void> = Promise.resolve();
  #reported = true;
  #failing = false;
  /** Whether some of the folders are not watched. */
  #blind = false;
  #closed = false;

  constructor(options: FileWatchOptions) {
    this.#options = { settle: 100, lookEvery: 5000, unwatched: new Set(), ...options };
  }

  /** Watches these files from now on, in place of those before. */
  async follow(files: ReadFiles): Promise<void> {
    this.#files = files;
    this.#reported = false;
    // they may have changed since they were read
    this.#look({ quick: false });
    await this.#looking;
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    this.#cancelTimer?.();
    this.#watcher?.close();
  }

  #look(options: { readonly quick: boolean }): void {
    this.#looking = this.#looking.then(async () => {
      if (this.#closed || this.#reported) return;
      // first of all: what happens while the files are being read is then reported
      await this.#watch();
      const files = this.#files;
      const changed = await files.changed(options);
      if (this.#closed || files !== this.#files) return;
      if (!changed) return this.#lookIn(this.#lookEvery, { quick: true });
      this.#reported = true;
      this.#options.changed();
    });
  }

  get #lookEvery(): number {
    const { lookEvery } = this.#options;
    return this.#blind ? Math.min(lookEvery, lookWhereUnwatched) : lookEvery;
  }

  #lookIn(milliseconds: number, options: { readonly quick: boolean }): void {
    this.#cancelTimer?.();
    this.#cancelTimer = this.#options.clock.after(milliseconds, () => this.#look(options));
  }

  /** Watches the folders that matter now; a link may lead elsewhere than at the last look. */
  async #watch(): Promise<void> {
    const places = await Promise.all(this.#files.paths.map(placesOf));
    this.#places = new Set(places.flat());
    const all = foldersOf(this.#places);
    const folders = all.difference(this.#options.unwatched);
    this.#blind = folders.size < all.size;
    if (this.#closed || folders.symmetricDifference(this.#folders).size === 0) return;
    this.#folders = folders;
    this.#watcher?.close();
    this.#watcher = undefined;
    if (folders.size === 0) return;
    try {
      this.#watcher = Deno.watchFs([...folders], { recursive: false });
      void this.#listen(this.#watcher);
      this.#failing = false;
    } catch (cause) {
      // the next look tries again
      this.#folders = new Set();
      if (this.#failing) return;
      this.#failing = true;
      this.#options.failed(errorOf(cause));
    }
  }

  async #listen(watcher: Deno.FsWatcher): Promise<void> {
    for await (const { paths } of watcher) {
      // a log or a database may be in the same folder
      if (!this.#reported && paths.some((path) => this.#places.has(path))) {
        this.#lookIn(this.#options.settle, { quick: false });
      }
    }
  }
}
