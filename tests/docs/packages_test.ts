/** The README's table of packages has what `deno.json` imports, and the code uses all of it. */
import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { root } from "../support/server_process.ts";
import { tableWithHead } from "./markdown_page.ts";

const { imports }: { imports: Readonly<Record<string, string>> } = JSON.parse(
  await Deno.readTextFile(join(root, "deno.json")),
);

/** The names by which the code imports packages; the router's own module is none. */
const imported = Object.entries(imports).filter(([, from]) => from.startsWith("npm:"));

/** The npm package of a specifier such as `npm:@std/assert@1.4.0/mod.js`. */
function packageOf(specifier: string): string {
  return /^npm:((?:@[^/]+\/)?[^@/]+)/.exec(specifier)?.[1] ?? specifier;
}

const rows = tableWithHead(await Deno.readTextFile(join(root, "README.md")), "package");

/** The npm packages of the table's first column: what is the router's own or Deno's is none. */
function listed(): readonly string[] {
  return rows.filter(([cell = ""]) => !/^(?:own code|`Deno\.|`node:)/.test(cell))
    .flatMap(([cell = ""]) => cell.replace(/ as .*$/, "").split(", "))
    .map((name) => name.replaceAll("`", ""));
}

async function sources(path: string): Promise<readonly string[]> {
  if (path.endsWith(".ts")) return [await Deno.readTextFile(join(root, path))];
  const texts: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(join(root, path))) {
    if (isDirectory || name.endsWith(".ts")) texts.push(...await sources(`${path}/${name}`));
  }
  return texts;
}

Deno.test("the README's table lists every package of deno.json once, and no other", () => {
  const packages = new Set(imported.map(([, specifier]) => packageOf(specifier)));
  assert(packages.size > 20);
  assertEquals(listed().toSorted(), [...packages].toSorted());
});

Deno.test("the README says what each package is for, and why it is that one", () => {
  const bare = rows.filter((cells) => cells.length !== 3 || cells.includes(""));
  assertEquals(bare, []);
});

Deno.test("every package of deno.json is imported by the code", async () => {
  const code = (await Promise.all(["main.ts", "src", "plugins", "tests"].map(sources))).flat();
  // or run, as a program of its own
  const uses = (name: string) =>
    [`"${name}"`, `"${name}/`, `"npm:${name}`].some((written) =>
      code.some((text) => text.includes(written))
    );
  assertEquals(imported.map(([name]) => name).filter((name) => !uses(name)), []);
});
