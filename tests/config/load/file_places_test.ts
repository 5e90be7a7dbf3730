import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { foldersOf, placesOf } from "../../../src/config/load/file_places.ts";
import { tempFolder } from "../../support/temp_folder.ts";

/** The places of a path in a folder, the folder's own path left out. */
async function placesIn(folder: string, path: string): Promise<readonly string[]> {
  const real = await Deno.realPath(folder);
  const places = await placesOf(join(real, path));
  return places.map((place) => place.replace(join(real, "/"), ""));
}

Deno.test("a plain file has the one place", async () => {
  await using folder = await tempFolder();
  await folder.write("conf/rules.json", "{}");
  assertEquals(await placesIn(folder.path, "conf/rules.json"), ["conf/rules.json"]);
});

Deno.test("a link's place comes before that of what it leads to", async () => {
  await using folder = await tempFolder();
  const file = await folder.write("real/rules.json", "{}");
  await Deno.symlink(file, join(folder.path, "rules.json"));
  assertEquals(await placesIn(folder.path, "rules.json"), ["rules.json", "real/rules.json"]);
});

Deno.test("of a mounted config map every link is a place", async () => {
  await using folder = await tempFolder();
  await folder.write("..2026_01/rules.json", "{}");
  await Deno.symlink("..2026_01", join(folder.path, "..data"));
  await Deno.symlink("..data/rules.json", join(folder.path, "rules.json"));
  assertEquals(
    await placesIn(folder.path, "rules.json"),
    ["rules.json", "..data", "..2026_01/rules.json"],
  );
});

Deno.test("of what is not there the place is where the first of it is missing", async () => {
  await using folder = await tempFolder();
  assertEquals(await placesIn(folder.path, "lists/spam.txt"), ["lists"]);
  await Deno.symlink("nowhere/rules.json", join(folder.path, "rules.json"));
  assertEquals(await placesIn(folder.path, "rules.json"), ["rules.json", "nowhere"]);
});

Deno.test("links that lead round end", async () => {
  await using folder = await tempFolder();
  await Deno.symlink("b", join(folder.path, "a"));
  await Deno.symlink("a", join(folder.path, "b"));
  assertEquals(new Set(await placesIn(folder.path, "a")), new Set(["a", "b"]));
});

Deno.test("places have a folder each, and share it", () => {
  assertEquals(foldersOf(["/etc/a", "/etc/b", "/srv/c"]), new Set(["/etc", "/srv"]));
});
