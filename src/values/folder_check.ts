import { dirname } from "@std/path";

/**
 * Looks whether files can be made in a folder, which may not be there yet. What is made for that is
 * removed again, the folders above it included.
 *
 * @throws whatever the system says if the folder cannot be made or written.
 */
export async function checkFolder(folder: string): Promise<void> {
  const missing = await missingFolders(folder);
  await Deno.mkdir(folder, { recursive: true });
  try {
    await Deno.remove(await Deno.makeTempFile({ dir: folder, prefix: ".start-check-" }));
  } finally {
    // somebody else may have put a file there by now
    for (const made of missing) await Deno.remove(made).catch(() => {});
  }
}

/** The folders of a path that are not there, the innermost first. */
async function missingFolders(folder: string): Promise<readonly string[]> {
  const missing: string[] = [];
  for (let path = folder; !await isThere(path); path = dirname(path)) missing.push(path);
  return missing;
}

/** What this process may not look at is none of its own making. */
async function isThere(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    return !(error instanceof Deno.errors.NotFound);
  }
}
