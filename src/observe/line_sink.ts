import type { Sink, TextFormatter } from "@logtape/logtape";

/** Where lines go, such as standard error. */
export interface LineWriter {
  write(bytes: Uint8Array): Promise<number>;
}

/** How long lines gather before they are written, milliseconds. */
const gatherFor = 50;
/** How many characters gather before they become bytes: to do so line by line takes several times as long. */
const textSize = 4 * 1024;
/** How many bytes gather before they are written. */
const chunkSize = 64 * 1024;
/** How often in a row a writer may take nothing before its lines are given up. */
const mostIdleWrites = 3;
/** The most bytes that wait while the writer is busy; what comes then is dropped. */
const mostWaiting = 8 * 1024 * 1024;

const utf8 = new TextEncoder();

/**
 * A sink that gathers lines and writes many with one call: LogTape's own stream sink writes each
 * record by itself, which costs a callback several times the work of its chain. A reader that is
 * too slow costs lines, never time; how many is said once there is room again.
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

/**
 * Lines on their way to a writer. But for the last few they are kept as bytes: strings that wait to
 * be written are what the garbage collector spends its time on.
 */
class LineQueue {
  readonly #writer: LineWriter;
  readonly #droppedLine: (dropped: number) => string;
  /** The last lines, which are not bytes yet. */
  #text = "";
  #textLines = 0;
  #chunk = new Uint8Array(chunkSize);
  #used = 0;
  #lines = 0;
  #waiting = 0;
  /** Those that were dropped and not said yet. */
  #dropped = 0;
  #said = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(writer: LineWriter, droppedLine: (dropped: number) => string) {
    this.#writer = writer;
    this.#droppedLine = droppedLine;
  }

  get droppedInAll(): number {
    return this.#dropped + this.#said;
  }

  add(line: string): void {
    if (this.#waiting >= mostWaiting) {
      this.#dropped++;
      return;
    }
    if (this.#text.length + line.length > textSize) this.#encode();
    this.#text += line;
    this.#textLines++;
    this.#timer ??= setTimeout(() => this.#flush(), gatherFor);
  }

  /** Writes what is left. */
  async close(): Promise<void> {
    this.#flush();
    await this.#writing;
  }

  #encode(): void {
    const text = this.#text;
    const lines = this.#textLines;
    this.#text = "";
    this.#textLines = 0;
    // a UTF-16 unit takes at most three bytes
    const most = text.length * 3;
    if (most > chunkSize - this.#used) this.#writeChunk();
    if (most > chunkSize) return this.#write(utf8.encode(text), lines);
    this.#used += utf8.encodeInto(text, this.#chunk.subarray(this.#used)).written;
    this.#lines += lines;
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#encode();
    this.#writeChunk();
  }

  #writeChunk(): void {
    if (this.#used === 0) return;
    const bytes = this.#chunk.subarray(0, this.#used);
    const lines = this.#lines;
    this.#chunk = new Uint8Array(chunkSize);
    this.#used = 0;
    this.#lines = 0;
    this.#write(bytes, lines);
  }

  #write(bytes: Uint8Array, lines: number): void {
    this.#waiting += bytes.length;
    this.#writing = this.#writing.then(async () => {
      if (!await this.#written(bytes)) this.#dropped += lines;
      else await this.#sayDropped();
      this.#waiting -= bytes.length;
    });
  }

  /** Whether all of it could be written; where standard error is gone, there is nowhere to say so. */
  async #written(bytes: Uint8Array): Promise<boolean> {
    try {
      await writeAll(this.#writer, bytes);
      return true;
    } catch {
      return false;
    }
  }

  async #sayDropped(): Promise<void> {
    const dropped = this.#dropped;
    if (dropped === 0) return;
    const line = this.#droppedLine(dropped);
    if (!await this.#written(utf8.encode(line))) return;
    this.#dropped -= dropped;
    this.#said += dropped;
  }
}

/** @throws when the writer fails, or takes nothing again and again. */
async function writeAll(writer: LineWriter, bytes: Uint8Array): Promise<void> {
  let idle = 0;
  for (let at = 0; at < bytes.length;) {
    const taken = await writer.write(bytes.subarray(at));
    idle = taken > 0 ? 0 : idle + 1;
    if (idle >= mostIdleWrites) throw new Deno.errors.WriteZero("the log's writer takes nothing");
    at += taken;
  }
}
