import type { Sink, TextFormatter } from "@logtape/logtape";

/** Where lines go, such as standard error. */
export interface LineWriter {
  write(bytes: Uint8Array): Promise<number>;
}

/** How long lines gather before they are written, milliseconds. */
const gatherFor = 50;
/** The most characters that gather while the writer is busy; what comes then is dropped. */
const mostGathered = 8 * 1024 * 1024;

const utf8 = new TextEncoder();

/**
 * A sink that gathers lines and writes many with one call: LogTape's own stream sink writes each
 * record by itself, which costs a callback several times the work of its chain. A reader that is
 * too slow costs lines, never time; how many is said once there is room again.
 */
export function createLineSink(
  writer: LineWriter,
  format: TextFormatter,
): Sink & AsyncDisposable {
  let gathered: string[] = [];
  let size = 0;
  let dropped = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let writing: Promise<void> = Promise.resolve();

  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    const lines = gathered;
    gathered = [];
    writing = writing.then(async () => {
      if (dropped > 0) {
        lines.push(`{"level":"WARNING","message":"log lines dropped","dropped":${dropped}}\n`);
        dropped = 0;
      }
      const text = lines.join("");
      if (text !== "") await writeAll(writer, utf8.encode(text));
      size -= text.length;
      if (size < 0) size = 0;
    }).catch(() => {/* standard error is gone: there is nowhere left to say so */});
  };

  const sink: Sink = (record) => {
    if (size >= mostGathered) {
      dropped++;
      return;
    }
    const line = format(record);
    size += line.length;
    gathered.push(line);
    timer ??= setTimeout(flush, gatherFor);
  };
  return Object.assign(sink, {
    async [Symbol.asyncDispose]() {
      flush();
      await writing;
    },
  });
}

async function writeAll(writer: LineWriter, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await writer.write(bytes.subarray(at));
}
