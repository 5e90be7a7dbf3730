/**
 * Runs what the pages show of the command line.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { isThere } from "../support/programs.ts";
import { root } from "../support/server_process.ts";

/** Whether there is a curl to run the pages' commands with. */
export const curlIsThere = isThere("curl");

/** Where the pages' commands find the router, in place of its default addresses. */
export interface Addresses {
  /** The listener, in place of `http://127.0.0.1:10006`. */
  readonly callbacks: string;
  /** The operator's, in place of `http://127.0.0.1:10007`. */
  readonly operator: string;
}

/** The commands of a shell block: a line each, continued lines joined, remarks left out. */
export function shellCommands(text: string): readonly string[] {
  return text.replaceAll(/ *\\\n */g, " ").split("\n")
    .map((line) => line.replace(/ +# .*$/, "").trim())
    .filter((line) => line !== "");
}

/** Runs a command with curl as it stands, but for the router's addresses; returns its output. */
export async function runCurl(command: string, { callbacks, operator }: Addresses) {
  const placed = command
    .replaceAll("http://127.0.0.1:10006", callbacks)
    .replaceAll("http://127.0.0.1:10007", operator);
  const { success, stdout } = await new Deno.Command("sh", { args: ["-c", placed] }).output();
  assertEquals(success, true, `${command} fails`);
  return new TextDecoder().decode(stdout);
}

const tasks: Readonly<Record<string, { readonly command: string }>> = JSON.parse(
  await Deno.readTextFile(join(root, "deno.json")),
).tasks;

/** The arguments that `deno task ...` hands to `main.ts`; undefined for any other command. */
export function routerArguments(command: string): readonly string[] | undefined {
  const [deno, task, name = "", ...own] = command.split(" ");
  if (deno !== "deno" || task !== "task") return undefined;
  const [, fixed] = tasks[name]?.command.match(/ main\.ts(.*)$/) ?? [];
  return fixed === undefined ? undefined : [...fixed.split(" ").filter((word) => word), ...own];
}
