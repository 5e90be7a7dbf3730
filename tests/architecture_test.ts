import { assert, assertEquals } from "@std/assert";
import { dirname, fromFileUrl, join, relative } from "@std/path";
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

/** The room of a file: its folder in `src/`, or the file itself if it stands in none. */
function roomOf(path: string): string {
  if (path.startsWith("plugins/")) return "a plugin file";
  return /^src\/([^/]+)\//.exec(path)?.[1] ?? path;
}

/**
 * The arrows of the design: what each room may import besides `values/`. `delivery/` and `stores/`
 * satisfy the interfaces that `chain/` declares; `observe/` writes down the events that the rooms
 * it names declare. `runtime/` is the only wiring, and the command line stands on it.
 */
const arrows: Readonly<Record<string, readonly string[]>> = {
  values: [],
  openim: [],
  chain: ["openim"],
  extension: ["chain", "openim"],
  plugins: ["chain", "extension", "openim"],
  "a plugin file": ["extension", "openim"],
  expressions: ["chain", "openim"],
  rules: ["chain", "expressions", "extension", "openim"],
  config: ["chain", "expressions", "extension", "openim", "plugins", "rules"],
  delivery: ["chain", "openim"],
  stores: ["chain", "delivery"],
  http: ["chain", "extension", "openim", "plugins"],
  operator: ["chain", "delivery", "extension", "openim", "plugins"],
  observe: ["chain", "delivery", "http", "openim", "operator"],
  runtime: [
    ...["chain", "config", "delivery", "expressions", "extension", "http", "observe", "openim"],
    ...["operator", "plugins", "rules", "stores"],
  ],
  cli: [
    ...["chain", "config", "delivery", "extension", "observe", "openim", "plugins", "rules"],
    ...["runtime", "stores"],
  ],
  "main.ts": ["cli", "config", "openim", "runtime"],
};

for (const [room, below] of Object.entries(arrows)) {
  Deno.test(`${room} imports ${below.join(", ") || "nothing of ours"} and nothing else`, async () => {
    const allowed = new Set([room, ...below, "values", "deno.json"]);
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

Deno.test("every file of src/ stands in a room, and every room has its arrows", async () => {
  const rooms = new Set((await filesIn("src")).map(roomOf));
  assertEquals([...rooms].filter((room) => !Object.hasOwn(arrows, room)), []);
});

Deno.test("no folder imports itself by way of others", async () => {
  const folders = new Map<string, Set<string>>();
  for (const [file, targets] of await ownImports()) {
    if (!file.startsWith("src/")) continue;
    const below = folders.get(dirname(file)) ?? new Set();
    for (const target of targets) if (target.startsWith("src/")) below.add(dirname(target));
    below.delete(dirname(file));
    folders.set(dirname(file), below);
  }
  assertEquals(cyclesIn(folders), []);
});

Deno.test("no file imports itself by way of others", async () => {
  assertEquals(cyclesIn(await ownImports()), []);
});

/** Every way from one name by its arrows back to itself, once each. */
function cyclesIn(arrows: ReadonlyMap<string, Iterable<string>>): readonly string[] {
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (name: string, above: readonly string[]) => {
    if (above.includes(name)) {
      return void cycles.push([...above.slice(above.indexOf(name)), name].join(" > "));
    }
    if (done.has(name)) return;
    for (const target of arrows.get(name) ?? []) visit(target, [...above, name]);
    done.add(name);
  };
  for (const name of arrows.keys()) visit(name, []);
  return cycles;
}

Deno.test("no file of the router or of its tests has more than 320 lines", async () => {
  const long: string[] = [];
  for (const file of [...(await ownImports()).keys(), ...await filesIn("tests")]) {
    const lines = (await Deno.readTextFile(`${root}/${file}`)).split("\n").length - 1;
    if (lines > 320) long.push(`${file}: ${lines}`);
  }
  assertEquals(long, []);
});
