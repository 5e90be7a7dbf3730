import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { root } from "../support/server_process.ts";

const page = await Deno.readTextFile(join(root, "docs/ARCHITECTURE.md"));

Deno.test("every file and folder that docs/ARCHITECTURE.md names is there", async () => {
  const paths = [...page.matchAll(/`((?:src|plugins|tests)\/[\w./]*|main\.ts)`/g)].map(([, path]) =>
    path!
  );
  assert(paths.length > 50);
  const missing: string[] = [];
  for (const path of paths) {
    await Deno.stat(join(root, path)).catch(() => missing.push(path));
  }
  assertEquals(missing, []);
});

Deno.test("every room of src/ stands in docs/ARCHITECTURE.md", async () => {
  const rooms = await Array.fromAsync(Deno.readDir(join(root, "src")), ({ name }) => name);
  assertEquals(rooms.filter((room) => !page.includes(`\`src/${room}/\``)), []);
});

Deno.test("a forwarded callback makes at most nine stops, each at a file that is there", async () => {
  const [, walk] = /^## The way of a delivery\n(.*?)^## /ms.exec(page)!;
  const stops = walk!.split(/^\d\. /m).slice(1).map((stop) =>
    /`(src\/[\w./]+\.ts)`/.exec(stop)?.[1]
  );
  assert(stops.length >= 5 && stops.length <= 9, `${stops.length} stops`);
  for (const file of stops) assert((await Deno.stat(join(root, file!))).isFile, file);
});
