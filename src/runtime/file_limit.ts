/**
 * How many more files this process may have open.
 *
 * @module
 */

/**
 * How many more files can be opened, connections included; counted up to `atMost`.
 *
 * The system's own answer stands in `/proc/self/limits`, which Deno lets a process read with
 * `--allow-all` alone. So the file is opened again and again, and closed; do it before anything
 * else runs in the process. A file that cannot be opened for another reason tells nothing, and the
 * answer is `atMost`.
 */
export function freeFiles(path: string, atMost: number): number {
  const opened: Deno.FsFile[] = [];
  try {
    while (opened.length < atMost) opened.push(Deno.openSync(path));
    return atMost;
  } catch (error) {
    return isShortage(error) ? opened.length : atMost;
  } finally {
    for (const file of opened) file.close();
  }
}

/** Whether the process, or the whole system, has no file left. */
function isShortage(error: unknown): boolean {
  return error instanceof Error && "code" in error &&
    (error.code === "EMFILE" || error.code === "ENFILE");
}
