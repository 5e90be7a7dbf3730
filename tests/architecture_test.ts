import { assert, assertEquals } from "@std/assert";
import { fromFileUrl, join, relative } from "@std/path";
import { root } from "./support/server_process.ts";
import { tempFolder } from "./support/temp_folder.ts";

interface Module {
  readonly specifier: string;
  readonly dependencies?: readonly {
    readonly code?: { readonly specifier: string };
    readonly type?: { readonly specifier: string };
  }[];
}

/** Every file of the router's own with the files of its own that it imports, types included. */
async function ownImports(): Promise<ReadonlyMap<string, readonly string[]>> {
  const entries = ["main.ts", ...await filesIn("src"), ...await filesIn("plugins")];
  await using folder = await tempFolder();
  const all = entries.map((entry) => `import ${JSON.stringify(join(root, entry))};`).join("\n");
  const command = new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", "--config", "deno.json", await folder.write("all.ts", all)],
    cwd: root,
    stderr: "null",
  });
  const { stdout } = await command.output();
  const { modules }: { modules: readonly Module[] } = JSON.parse(new TextDecoder().decode(stdout));
  const imports = new Map<string, readonly string[]>();
  for (const { specifier, dependencies = [] } of modules) {
    if (!specifier.startsWith("file:") || pathOf(specifier).startsWith("..")) continue;
    const targets = dependencies.flatMap(({ code, type }) => [code, type])
      .filter((target) => target?.specifier.startsWith("file:"))
      .map((target) => pathOf(target!.specifier));
    imports.set(pathOf(specifier), [...new Set(targets)]);
  }
  return imports;
}

/** Every TypeScript file below a folder, whether or not another one imports it. */
async function filesIn(folder: string): Promise<string[]> {
  const files: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(join(root, folder))) {
    const path = `${folder}/${name}`;
    if (isDirectory) files.push(...await filesIn(path));
    else if (name.endsWith(".ts")) files.push(path);
  }
  return files;
}

function pathOf(specifier: string): string {
  return relative(root, fromFileUrl(specifier));
}

/** What every room may use, since it knows of none. */
const small = new Set([
  "src/values/address_ranges.ts",
  "src/values/duration.ts",
  "src/values/folder_check.ts",
  "src/values/http_headers.ts",
  "src/values/nearest_name.ts",
]);

/** The room of a file: its folder in `src/`, or the file itself where it stands above the rooms. */
function roomOf(path: string): string {
  if (path.startsWith("plugins/")) return "a plugin file";
  if (small.has(path) || path.startsWith("src/values/")) return "of no room";
  return /^src\/([^/]+)\//.exec(path)?.[1] ?? path;
}

/**
 * The arrows of the design: what each room may import. `expressions/` is CEL, which config compiles
 * and rules take values from; `delivery/` and `stores/` satisfy the interfaces that `chain/`
 * declares; `observe/` writes down the events that the rooms it names declare.
 */
const arrows: Readonly<Record<string, readonly string[]>> = {
  openim: [],
  chain: ["openim"],
  plugins: ["chain", "openim"],
  "a plugin file": ["plugins", "openim"],
  expressions: ["chain", "openim"],
  rules: ["chain", "expressions", "openim"],
  config: ["chain", "expressions", "openim", "plugins", "rules"],
  delivery: ["chain", "openim"],
  stores: ["chain", "delivery"],
  http: ["chain", "openim", "plugins"],
  observe: ["chain", "delivery", "http", "openim"],
};

for (const [room, below] of Object.entries(arrows)) {
  Deno.test(`${room} imports ${below.join(", ") || "nothing of ours"} and nothing else`, async () => {
    const allowed = new Set([room, ...below, ...(room === "openim" ? [] : ["of no room"])]);
    const files = [...await ownImports()].filter(([file]) => roomOf(file) === room);
    assert(files.length > 0);
    const wrong = files.flatMap(([file, targets]) =>
      targets.filter((target) => !allowed.has(roomOf(target))).map((target) =>
        `${file} > ${target}`
      )
    );
    assertEquals(wrong, []);
  });
}

Deno.test("no file imports itself by way of others", async () => {
  const imports = await ownImports();
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (file: string, above: readonly string[]) => {
    if (above.includes(file)) return void cycles.push([...above, file].join(" > "));
    if (done.has(file)) return;
    for (const target of imports.get(file) ?? []) visit(target, [...above, file]);
    done.add(file);
  };
  for (const file of imports.keys()) visit(file, []);
  assertEquals(cycles, []);
});

Deno.test("no file of the router or of its tests has more than 320 lines", async () => {
  const long: string[] = [];
  for (const file of [...(await ownImports()).keys(), ...await filesIn("tests")]) {
    const lines = (await Deno.readTextFile(`${root}/${file}`)).split("\n").length - 1;
    if (lines > 320) long.push(`${file}: ${lines}`);
  }
  assertEquals(long, []);
});
