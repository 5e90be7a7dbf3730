import { createHash } from "node:crypto";

/**
 * The files that a load has read, or tried to, and what was in them. A change shows by the content,
 * so that no change during a load is missed, and nothing is loaded twice.
 */
export class ReadFiles {
  readonly #files = new Map<string, ReadFile>();

  /** Notes a file's bytes as they were read; undefined if it could not be read. */
  note(path: string, bytes: Uint8Array | undefined): void {
    this.#files.set(path, { digest: bytes && digestOf(bytes), stamp: undefined });
  }

  /** Their full paths. */
  get paths(): readonly string[] {
    return [...this.#files.keys()];
  }

  /**
   * Whether one of them has other content than when it was read, is gone, or has appeared.
   * `quick` skips files with the same size, time and inode as at the last look.
   */
  async changed({ quick = false }: { readonly quick?: boolean } = {}): Promise<boolean> {
    for (const [path, file] of this.#files) {
      const stamp = await stampOf(path);
      if (quick && stamp === file.stamp) continue;
      if (await digestIn(path) !== file.digest) return true;
      file.stamp = stamp;
    }
    return false;
  }
}

interface ReadFile {
  /** Undefined if the file could not be read. */
  readonly digest: string | undefined;
  /** What it looked like from outside when its content was last compared. */
  stamp: string | undefined;
}

function digestOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("base64");
}

async function digestIn(path: string): Promise<string | undefined> {
  try {
    return digestOf(await Deno.readFile(path));
  } catch {
    return undefined;
  }
}

async function stampOf(path: string): Promise<string> {
  try {
    const { dev, ino, size, mtime } = await Deno.stat(path);
    return `${dev} ${ino} ${size} ${mtime?.getTime()}`;
  } catch {
    return "none";
  }
}
