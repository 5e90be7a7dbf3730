import { dirname } from "@std/path";
import { checkFolder } from "../values/folder_check.ts";

/**
 * Looks whether a log file could be written, for a router that may not start: the file is neither
 * made nor changed.
 *
 * @throws whatever the system says where it could not.
 */
export async function checkLogFile(path: string): Promise<void> {
  try {
    (await Deno.open(path, { append: true })).close();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    await checkFolder(dirname(path));
  }
}
