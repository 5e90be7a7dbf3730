import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { runRouter } from "../support/router_command.ts";
import { root } from "../support/server_process.ts";

const folder = join(root, "examples");
const names = (await Array.fromAsync(Deno.readDir(folder), ({ name }) => name)).sort();
const files = names.filter((name) => name.endsWith(".json"));

for (const file of files) {
  Deno.test(`examples/${file} is in order, nothing warns of it, and its tests pass`, async () => {
    const { code, out, err } = await runRouter(["check", join(folder, file)]);
    assertEquals([code, err], [0, ""]);
    assertMatch(out, /\n\d+ tests pass\s*$/);
  });
}

Deno.test("examples/README.md names every example, and none that is not there", async () => {
  const page = await Deno.readTextFile(join(folder, "README.md"));
  const named = [...page.matchAll(/\]\((\w+\.json)\)/g)].map(([, name]) => name).sort();
  assert(files.length >= 5);
  assertEquals(named, files);
});
