import { join } from "@std/path";

/** A folder of a test's own, removed at the end of its scope. */
export interface TempFolder extends AsyncDisposable {
  readonly path: string;
  /** Writes a file, with the folders above it, and returns its path. */
  write(name: string, content: string | Uint8Array): Promise<string>;
}

/** Makes a folder: `await using folder = await tempFolder();` */
export async function tempFolder(): Promise<TempFolder> {
  const path = await Deno.makeTempDir({ prefix: "router-test-" });
  return {
    path,
    async write(name, content) {
      const file = join(path, name);
      await Deno.mkdir(join(file, ".."), { recursive: true });
      if (typeof content === "string") await Deno.writeTextFile(file, content);
      else await Deno.writeFile(file, content);
      return file;
    },
    [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }),
  };
}
