import { dirname } from "@std/path";
import { checkOutboxDatabase } from "./outbox_database.ts";
import { checkFolder } from "../values/folder_check.ts";
import { OutboxFileError, unusable } from "./outbox_file_error.ts";
import { checkOutboxLock } from "./outbox_lock.ts";

/**
 * Checks whether a router could open an outbox. The file is neither made nor brought to a newer
 * layout. The error says whether the path is a mistake or the store itself has trouble.
 *
 * @throws {OutboxFileError} if the file cannot be used or another router has it; the system's error
 * if its folder cannot be made or written.
 */
export async function checkOutbox(path: string): Promise<void> {
  const there = await kindOf(path);
  if (there?.isDirectory) {
    throw new OutboxFileError(`the outbox ${path} is a folder: name a file in it`);
  }
  // SQLite writes other files beside its own
  await checkFolder(dirname(path)).catch((cause) => {
    const error = unusable(path, cause);
    throw error.problem === "trouble" ? error : cause;
  });
  if (await kindOf(`${path}.lock`) !== undefined) checkOutboxLock(path);
  if (there !== undefined) checkOutboxDatabase(path);
}

async function kindOf(path: string): Promise<Deno.FileInfo | undefined> {
  try {
    return await Deno.stat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      return undefined;
    }
    throw error;
  }
}
