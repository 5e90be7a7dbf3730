import { assertEquals } from "@std/assert";
import { fromFileUrl, relative } from "@std/path";
import { root } from "./support/server_process.ts";

interface Module {
  readonly specifier: string;
  readonly dependencies?: readonly {
    readonly code?: { readonly specifier: string };
    readonly type?: { readonly specifier: string };
  }[];
}

/** Every file of the router's own with the files of its own that it imports, types included. */
async function ownImports(): Promise<ReadonlyMap<string, readonly string[]>> {
  const imports = new Map<string, readonly string[]>();
  for (const entry of ["main.ts", "src/delivery_worker.ts", "plugins/message/group_msg_read.ts"]) {
    const command = new Deno.Command(Deno.execPath(), {
      args: ["info", "--json", entry],
      cwd: root,
      stderr: "null",
    });
    const { stdout } = await command.output();
    const { modules }: { modules: readonly Module[] } = JSON.parse(
      new TextDecoder().decode(stdout),
    );
    for (const { specifier, dependencies = [] } of modules) {
      if (!specifier.startsWith("file:")) continue;
      const targets = dependencies.flatMap(({ code, type }) => [code, type])
        .filter((target) => target?.specifier.startsWith("file:"))
        .map((target) => pathOf(target!.specifier));
      imports.set(pathOf(specifier), [...new Set(targets)]);
    }
  }
  return imports;
}

function pathOf(specifier: string): string {
  return relative(root, fromFileUrl(specifier));
}

/** The room of a file: its folder in `src/`, or the file itself where it stands above the rooms. */
function roomOf(path: string): string {
  return /^src\/([^/]+)\//.exec(path)?.[1] ?? path.split("/")[0]!;
}

Deno.test("openim/ imports nothing of ours", async () => {
  const wrong = [...await ownImports()].filter(([file, targets]) =>
    roomOf(file) === "openim" && targets.some((target) => roomOf(target) !== "openim")
  );
  assertEquals(wrong, []);
});

for (const room of ["chain", "openim", "rules", "plugins", "config"]) {
  Deno.test(`${room}/ knows no HTTP, no store, no delivery and no log`, async () => {
    const above = new Set(["http", "stores", "delivery", "observe", "cli"]);
    const wrong = [...await ownImports()].flatMap(([file, targets]) =>
      roomOf(file) === room ? targets.filter((target) => above.has(roomOf(target))) : []
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

Deno.test("no file of the router has more than 320 lines", async () => {
  const long: string[] = [];
  for (const file of (await ownImports()).keys()) {
    const lines = (await Deno.readTextFile(`${root}/${file}`)).split("\n").length - 1;
    if (lines > 320) long.push(`${file}: ${lines}`);
  }
  assertEquals(long, []);
});
