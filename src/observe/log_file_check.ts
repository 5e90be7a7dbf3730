import { dirname } from "@std/path";
import { checkFolder } from "../values/folder_check.ts";

/**
 * Checks whether a log file could be written, without making or changing it: the router may not
 * start in the end.
 *
 * @throws the system's error if it could not.
 */
export async function checkLogFile(path: string): Promise<void> {
  try {
    (await Deno.open(path, { append: true })).close();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    await checkFolder(dirname(path));
  }
}
