import { tempFolder } from "../support/temp_folder.ts";

async function run(program: string, ...args: readonly string[]): Promise<string> {
  try {
    const { success, stderr } = await new Deno.Command(program, { args: [...args] }).output();
    return success ? "" : new TextDecoder().decode(stderr).trim();
  } catch (error) {
    return (error as Error).message;
  }
}

/** A disk of 4 MiB in memory, unmounted at the end of its scope; a text where there can be none. */
export async function smallDisk() {
  const folder = await tempFolder();
  const problem = await run("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", folder.path);
  if (problem !== "") {
    await folder[Symbol.asyncDispose]();
    return problem;
  }
  return {
    path: folder.path,
    async [Symbol.asyncDispose]() {
      await run("umount", "--lazy", folder.path);
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** Fills a disk to its last byte. */
export async function fill(file: string): Promise<void> {
  using filler = await Deno.open(file, { write: true, create: true });
  const bytes = new Uint8Array(4096).fill(7);
  try {
    for (;;) await filler.write(bytes);
  } catch {
    // there is no room any more, as it should be
  }
}
