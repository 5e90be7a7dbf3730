import type { Sink, TextFormatter } from "@logtape/logtape";

/** Where lines go, such as standard error. */
export interface LineWriter {
  write(bytes: Uint8Array): Promise<number>;
}

/** How long lines gather before they are written, milliseconds. */
const gatherFor = 50;
/** How many characters gather before they are written. */
const chunkSize = 64 * 1024;
/** How many times in a row a writer may take nothing before its lines are given up. */
const mostIdleWrites = 3;
/** The most bytes that wait while the writer is busy; lines beyond it are dropped. */
const mostWaiting = 8 * 1024 * 1024;

const utf8 = new TextEncoder();

/**
 * A sink that gathers lines and writes many with one call; LogTape's own stream sink writes each
 * record by itself. A reader that is too slow costs lines, never time. Once there is room again, a
 * line says how many were dropped.
 */
export function createLineSink(
  writer: LineWriter,
  format: TextFormatter,
): LineSink {
  const queue = new LineQueue(writer, (dropped) =>
    format({
      category: ["router"],
      level: "warning",
      message: ["log lines dropped"],
      rawMessage: "log lines dropped",
      timestamp: Date.now(),
      properties: { dropped },
    }));
  const sink: Sink = (record) => queue.add(format(record));
  return Object.assign(sink, {
    dropped: () => queue.droppedInAll,
    [Symbol.asyncDispose]: () => queue.close(),
  });
}

/** A sink of lines. */
export type LineSink = Sink & AsyncDisposable & {
  /** How many lines were dropped so far. */
  readonly dropped: () => number;
};

/** Lines on their way to a writer. */
class LineQueue {
  readonly #writer: LineWriter;
  readonly #droppedLine: (dropped: number) => string;
  #gathered: string[] = [];
  /** The characters of the lines that gather. */
  #size = 0;
  /** The bytes that were handed over and are not written yet. */
  #waiting = 0;
  /** Dropped lines that no line has reported yet. */
  #dropped = 0;
  #reported = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(writer: LineWriter, droppedLine: (dropped: number) => string) {
    this.#writer = writer;
    this.#droppedLine = droppedLine;
  }

  get droppedInAll(): number {
    return this.#dropped + this.#reported;
  }

  add(line: string): void {
    if (this.#waiting >= mostWaiting) {
      this.#dropped++;
      return;
    }
    if (this.#size + line.length > chunkSize) this.#flush();
    this.#gathered.push(line);
    this.#size += line.length;
    this.#timer ??= setTimeout(() => this.#flush(), gatherFor);
  }

  /** Writes what is left. */
  async close(): Promise<void> {
    this.#flush();
    await this.#writing;
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const lines = this.#gathered;
    if (lines.length === 0) return;
    this.#gathered = [];
    this.#size = 0;
    const bytes = utf8.encode(lines.join(""));
    this.#waiting += bytes.length;
    this.#writing = this.#writing.then(async () => {
      if (await this.#written(bytes)) await this.#reportDropped();
      else this.#dropped += lines.length;
      this.#waiting -= bytes.length;
    });
  }

  /** Whether all of it was written. If standard error is gone, there is nowhere to report it. */
  async #written(bytes: Uint8Array): Promise<boolean> {
    try {
      await writeAll(this.#writer, bytes);
      return true;
    } catch {
      return false;
    }
  }

  async #reportDropped(): Promise<void> {
    const dropped = this.#dropped;
    if (dropped === 0) return;
    const line = this.#droppedLine(dropped);
    if (!await this.#written(utf8.encode(line))) return;
    this.#dropped -= dropped;
    this.#reported += dropped;
  }
}

/** @throws if the writer fails, or takes nothing again and again. */
async function writeAll(writer: LineWriter, bytes: Uint8Array): Promise<void> {
  let idle = 0;
  for (let at = 0; at < bytes.length;) {
    const taken = await writer.write(bytes.subarray(at));
    idle = taken > 0 ? 0 : idle + 1;
    if (idle >= mostIdleWrites) throw new Deno.errors.WriteZero("the log's writer takes nothing");
    at += taken;
  }
}
