import type { LineWriter } from "../../src/observe/line_sink.ts";

/** A writer that keeps what it is given. */
export interface RecordedLines extends LineWriter {
  /** What one call each has brought. */
  readonly writes: readonly string[];
  readonly text: string;
  /** The whole lines, without their ends. */
  readonly lines: readonly string[];
  /** The lines as JSON. */
  readonly records: readonly Record<string, unknown>[];
}

/** Makes a writer; `before` is waited for by each of its writes, and takes so many of the bytes. */
export function recordedLines(
  before: (bytes: Uint8Array) => number | Promise<number> = ({ length }) => length,
): RecordedLines {
  const writes: string[] = [];
  const decoder = new TextDecoder();
  return {
    writes,
    async write(bytes) {
      const taken = await before(bytes);
      writes.push(decoder.decode(bytes.slice(0, taken), { stream: true }));
      return taken;
    },
    get text() {
      return writes.join("");
    },
    get lines() {
      return writes.join("").split("\n").slice(0, -1);
    },
    get records() {
      return this.lines.map((line) => JSON.parse(line));
    },
  };
}
