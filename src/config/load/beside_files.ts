import type { RuleFiles } from "../../chain/rule.ts";
import type { ReadFiles } from "./read_files.ts";
import { messageOf } from "../../values/thrown.ts";

/** The files that rules are compiled from, each read once, however many commands a rule is for. */
export class BesideFiles implements RuleFiles {
  readonly #resolve: (path: string) => string;
  readonly #read: ReadFiles | undefined;
  /** By full path: the text, or why there is none. */
  readonly #texts = new Map<string, string | Error>();

  /**
   * @param resolve the full path of one that is relative to the rules file.
   * @param read notes what was read.
   */
  constructor(resolve: (path: string) => string, read?: ReadFiles) {
    this.#resolve = resolve;
    this.#read = read;
  }

  /** The full paths of all files that rules asked for, also of those that could not be read. */
  get paths(): readonly string[] {
    return [...this.#texts.keys()];
  }

  read(path: string): string {
    const full = this.#resolve(path);
    let text = this.#texts.get(full);
    if (text === undefined) {
      text = readText(full, this.#read);
      this.#texts.set(full, text);
    }
    if (text instanceof Error) throw text;
    return text;
  }
}

function readText(path: string, read: ReadFiles | undefined): string | Error {
  read?.note(path, undefined);
  try {
    const bytes = Deno.readFileSync(path);
    read?.note(path, bytes);
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) {
      return new Error(
        `there is no file ${path}; make it, or name another, relative to the rules file`,
        { cause },
      );
    }
    if (cause instanceof TypeError) return new Error(`${path} is not UTF-8 text`, { cause });
    return new Error(`${path} cannot be read: ${messageOf(cause)}`, { cause });
  }
}
