import type { RuleFiles } from "../chain/rule.ts";

/** The files that rules are compiled from, each read once, however many commands a rule is for. */
export class BesideFiles implements RuleFiles {
  readonly #resolve: (path: string) => string;
  /** By full path: the text, or why there is none. */
  readonly #texts = new Map<string, string | Error>();

  /** @param resolve the full path of one that is relative to the rules file. */
  constructor(resolve: (path: string) => string) {
    this.#resolve = resolve;
  }

  /** The full paths of all files that rules asked for, also of those that could not be read. */
  get paths(): readonly string[] {
    return [...this.#texts.keys()];
  }

  read(path: string): string {
    const full = this.#resolve(path);
    let text = this.#texts.get(full);
    if (text === undefined) {
      text = readText(full);
      this.#texts.set(full, text);
    }
    if (text instanceof Error) throw text;
    return text;
  }
}

function readText(path: string): string | Error {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Deno.readFileSync(path));
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) {
      return new Error(`there is no file ${path}`, { cause });
    }
    if (cause instanceof TypeError) return new Error(`${path} is not UTF-8 text`, { cause });
    return new Error(`${path} cannot be read: ${(cause as Error).message}`, { cause });
  }
}
