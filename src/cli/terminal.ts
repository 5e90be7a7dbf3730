import Table from "cli-table3";

/** Where a command's words go; a parameter, so that tests can read along. */
export interface Terminal {
  /** What was asked for. */
  out(text: string): void;
  /** What went wrong. */
  err(text: string): void;
}

const utf8 = new TextEncoder();

/** Standard output and standard error. */
export const processTerminal: Terminal = {
  out: (text) => writeAll(Deno.stdout, `${text}\n`),
  err: (text) => writeAll(Deno.stderr, `${text}\n`),
};

function writeAll(to: { writeSync(bytes: Uint8Array): number }, text: string): void {
  const bytes = utf8.encode(text);
  for (let at = 0; at < bytes.length;) at += to.writeSync(bytes.subarray(at));
}

/** Rows in aligned columns under a heading, without a frame, so that it can be searched and cut. */
export function columns(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const table = new Table({
    head: [...head],
    chars: Object.fromEntries(frame.map((part) => [part, ""])) as never,
    style: { head: [], border: [], "padding-left": 0, "padding-right": 2 },
  });
  table.push(...rows.map((row) => [...row]));
  return table.toString().split("\n").map((line) => line.trimEnd()).join("\n");
}

const frame = [
  "top",
  "top-mid",
  "top-left",
  "top-right",
  "bottom",
  "bottom-mid",
  "bottom-left",
  "bottom-right",
  "left",
  "left-mid",
  "mid",
  "mid-mid",
  "right",
  "right-mid",
  "middle",
] as const;

/** Something that was asked for in a way in which it cannot be done, and the remedy. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
