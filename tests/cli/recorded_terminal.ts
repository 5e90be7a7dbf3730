import type { Terminal } from "../../src/cli/terminal.ts";

/** A terminal that keeps what was written to it. */
export interface RecordedTerminal extends Terminal {
  /** Standard output so far. */
  readonly output: string;
  /** Standard error so far. */
  readonly errors: string;
}

/** Makes a terminal to read along with. */
export function recordedTerminal(): RecordedTerminal {
  let output = "";
  let errors = "";
  return {
    out: (text) => output += `${text}\n`,
    err: (text) => errors += `${text}\n`,
    get output() {
      return output;
    },
    get errors() {
      return errors;
    },
  };
}
