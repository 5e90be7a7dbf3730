/** What the router may do with the options of `deno task start`, and of `check --permissions`. */
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { eventually } from "../support/eventually.ts";
import { runRouter } from "../support/router_command.ts";
import { endServer, root, ServerStartError, startServer } from "../support/server_process.ts";
import { flagsOfStart } from "../support/start_task.ts";
import { type TempFolder, tempFolder } from "../support/temp_folder.ts";

/** Hosts that Deno lets code import from unless it is told otherwise, and packages. */
const remote = [
  "https://deno.land/std@0.224.0/version.ts",
  "https://esm.sh/left-pad@1.3.0",
  "https://raw.githubusercontent.com/denoland/std/main/mod.ts",
  "jsr:@std/assert@1.0.0",
  "npm:a-package-that-this-router-does-not-have@1.2.3",
];

const importing = `
import { definePlugin } from "@openim-router/plugin";
import { z } from "zod";
export default definePlugin({
  command: "callbackAfterImportingCommand",
  timing: "after",
  area: "test",
  summary: "Imports what is not there.",
  request: z.looseObject({}),
  sample: {},
  async start({ log }) {
    for (const specifier of ${JSON.stringify(remote)}) {
      const result = await import(specifier).then(() => "imported", ({ message }) => message);
      log("info", "import ended", { specifier, result });
    }
  },
});
`;

/** Counts who comes to the internet: the proxy on the way to it, which lets nobody through. */
function startGate() {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  let came = 0;
  void (async () => {
    for await (const connection of listener) {
      came++;
      connection.close();
    }
  })();
  const url = `http://127.0.0.1:${listener.addr.port}`;
  return {
    // Deno itself asks for newer versions of Deno
    env: {
      DENO_NO_UPDATE_CHECK: "1",
      HTTPS_PROXY: url,
      HTTP_PROXY: url,
      https_proxy: url,
      http_proxy: url,
      NO_PROXY: "",
    },
    came: () => came,
    [Symbol.dispose]: () => listener.close(),
  };
}

async function importingRules(folder: TempFolder): Promise<string> {
  await folder.write("own/importing.ts", importing);
  return await folder.write(
    "rules.json",
    JSON.stringify({
      server: { listen: "127.0.0.1:0" },
      operator: { enabled: false },
      plugins: { folders: ["own"] },
    }),
  );
}

/** Serves with these options until the plugin has tried all; returns how many came to the gate. */
async function importsThatLeave(file: string, flags: readonly string[]): Promise<number> {
  using gate = startGate();
  const server = await startServer("main.ts", ["serve", file], { flags, env: gate.env });
  try {
    const ended = () =>
      server.lines.filter((line) => line.includes('"import ended"')).map((line) =>
        JSON.parse(line).result
      );
    await eventually("all imports have ended", () => ended().length === remote.length);
    assert(!ended().includes("imported"));
    return gate.came();
  } finally {
    await endServer(server);
  }
}

Deno.test("code in the running router imports nothing from a host, as deno task start runs it", async () => {
  await using folder = await tempFolder();
  const file = await importingRules(folder);
  const flags = await flagsOfStart([join(folder.path, "data")]);
  assertEquals(await importsThatLeave(file, flags), 0);
  // what is imported is written into deno.lock otherwise
  const without = flags.map((flag) => flag === "--cached-only" ? "--no-lock" : flag);
  assert(await importsThatLeave(file, without) > 0, "without it, imports leave the machine");
});

Deno.test("nor does it with the command that --permissions prints", async () => {
  await using folder = await tempFolder();
  const file = await importingRules(folder);
  const { out } = await runRouter(["check", file, "--permissions"]);
  const flags = out.trimEnd().split(" ").filter((word) => word.startsWith("--"));
  assertEquals(await importsThatLeave(file, flags), 0);
});

Deno.test("deno task start has the packages fetched before it forbids that", async () => {
  const { tasks } = JSON.parse(await Deno.readTextFile(join(root, "deno.json")));
  assertStringIncludes(tasks.start.command, "deno run --cached-only ");
  assertEquals(tasks.start.dependencies, ["packages"]);
  const unit = await Deno.readTextFile(join(root, "deploy/README.md"));
  const [, files] = /^deno install --entrypoint (.+)$/.exec(tasks.packages.command)!;
  assertStringIncludes(unit, files!, "the same as where the router is installed");
});

Deno.test("deno task start may write the outbox and the log where they are by default", async () => {
  await using folder = await tempFolder();
  const file = await folder.write(
    "my-rules.json",
    JSON.stringify({
      server: { listen: "127.0.0.1:0" },
      operator: { enabled: false },
      log: { file: { path: "logs/router.log" } },
    }),
  );
  const writes = ["data", "logs"].map((name) => join(folder.path, name));
  const log = join(folder.path, "logs/router.log");
  const flags = await flagsOfStart(writes);
  const server = await startServer("main.ts", ["serve", file], { flags, portIn: log });
  try {
    assertEquals((await Deno.stat(join(folder.path, "data/outbox.sqlite"))).isFile, true);
  } finally {
    await endServer(server);
  }
});

Deno.test("where deno task start may not write, it says what to do", async () => {
  await using folder = await tempFolder();
  for (
    const [setting, sections] of [
      ["store.path", { store: { path: "elsewhere/outbox.sqlite" } }],
      ["log.file.path", { log: { file: { path: "elsewhere/router.log" } } }],
    ] as const
  ) {
    const server = { listen: "127.0.0.1:0" };
    const text = JSON.stringify({ server, operator: { enabled: false }, ...sections });
    const file = await folder.write("rules.json", text);
    const flags = await flagsOfStart([join(folder.path, "data")]);
    const refused = await assertRejects(
      async () => endServer(await startServer("main.ts", ["serve", file], { flags })),
      ServerStartError,
    );
    assertStringIncludes(refused.message, `${setting}: elsewhere/`);
    assertStringIncludes(
      refused.message,
      "the router was started without the right to write there",
    );
    assertStringIncludes(
      refused.message,
      '"deno task check <this rules file> --permissions" prints',
    );
  }
});
