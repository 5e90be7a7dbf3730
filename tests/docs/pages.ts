import { join } from "@std/path";
import { root } from "../support/server_process.ts";

/** The folders with pages for people. */
const folders = [".", "docs", "deploy", "examples", "tests/bench", "tests/e2e", "tests/faults"];

/** The paths of all pages for people, from the repository's root. */
export async function pages(): Promise<readonly string[]> {
  const found: string[] = [];
  for (const folder of folders) {
    for await (const { name } of Deno.readDir(join(root, folder))) {
      if (name.endsWith(".md")) found.push(join(folder, name));
    }
  }
  return found.sort();
}
