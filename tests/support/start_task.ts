import { tmpdir } from "node:os";
import { join } from "@std/path";
import { root } from "./server_process.ts";

/**
 * The options that `deno task start` gives to the router, where it may write to a folder of tests
 * in place of those in the checkout.
 */
export async function flagsOfStart(writes: readonly string[] = [tmpdir()]): Promise<string[]> {
  const { tasks } = JSON.parse(await Deno.readTextFile(join(root, "deno.json")));
  // the command in front of it watches npx
  const words: string[] = tasks.start.command.split(" & ").at(-1).split(" ");
  return words.filter((word) => word.startsWith("--")).map((word) =>
    word.startsWith("--allow-write") ? `--allow-write=${writes.join(",")}` : word
  );
}
