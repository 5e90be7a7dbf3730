/** Everything that docs/plugins.md shows is done in a copy of the router, in the page's order. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { basename, join } from "@std/path";
import { cp } from "node:fs/promises";
import { eventually } from "../support/eventually.ts";
import { endServer, root, type ServerProcess, startServer } from "../support/server_process.ts";
import { startTarget } from "../support/target_server.ts";
import { type TempFolder, tempFolder } from "../support/temp_folder.ts";
import { markdownPage, tablesUnder } from "./markdown_page.ts";
import { curlIsThere, runCurl, shellCommands } from "./shell_commands.ts";

const page = await Deno.readTextFile(join(root, "docs/plugins.md"));
const { blocks } = markdownPage(page);
const pathLine = /^\/\/ (\S+\.ts)\n/;

/** Where the service of the page's waiting plugin is. */
const service = "http://127.0.0.1:7001";

/** A copy of the router to work in. */
async function copiedRouter(): Promise<TempFolder> {
  const folder = await tempFolder();
  for (const part of ["main.ts", "deno.json", "deno.lock", "rules.json", "src", "plugins"]) {
    await cp(join(root, part), join(folder.path, part), { recursive: true });
  }
  return folder;
}

/** Runs `deno ...` in the copy; returns what it printed. */
async function deno(command: string, { path }: TempFolder) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: command.split(" ").slice(1),
    cwd: path,
    env: { NO_COLOR: "1" },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return { code, out: decoder.decode(stdout), err: decoder.decode(stderr) };
}

/** The files that the page names, and its rules file, as it stands at the end of the page. */
async function writeFiles(folder: TempFolder, scores: string): Promise<void> {
  for (const { language, text } of blocks) {
    const [, path] = pathLine.exec(text) ?? [];
    if (path !== undefined) await folder.write(path, text.replaceAll(service, scores));
    if (language === "json" && text.startsWith('{\n  "plugins"')) {
      await folder.write("rules.json", text);
    }
  }
}

/** Serves the copy's rules file on free ports. */
async function serve(folder: TempFolder): Promise<ServerProcess> {
  const rules = JSON.parse(await Deno.readTextFile(join(folder.path, "rules.json")));
  const free = { listen: "127.0.0.1:0" };
  const store = { path: "outbox.sqlite" };
  const file = await folder.write(
    "served.json",
    JSON.stringify({ ...rules, server: free, operator: free, store }),
  );
  return await startServer(join(folder.path, "main.ts"), ["serve", file]);
}

/** What each command of the page is expected to say, beyond that it succeeds. */
const said: Readonly<Record<string, string>> = {
  "deno task check": "2 tests pass",
  "deno task simulate callbackBeforeCommentCommand":
    "(before): A comment is about to be published.",
  "deno task plugins": "or callbackCommentCommand",
  "deno test --allow-all my-plugins": "3 passed",
  "deno check my-plugins": "",
};

Deno.test("what docs/plugins.md shows does what it says", async (t) => {
  await using folder = await copiedRouter();

  for (const [index, { language, text, line }] of blocks.entries()) {
    if (language !== "sh" || !text.startsWith("deno task new:plugin ")) continue;
    await t.step(`line ${line}: ${text.trim()}`, async () => {
      const { code, out } = await deno(text.trim(), folder);
      assertEquals(code, 0);
      const next = blocks[index + 1]!;
      if (next.language === "text") return assertEquals(out, next.text);
      const [, path = ""] = /^wrote (.+)$/m.exec(out) ?? [];
      assertEquals(await Deno.readTextFile(join(folder.path, path)), next.text);
      assertStringIncludes(page, `to \`${path}\``);
    });
  }

  await using scores = startTarget(() => Response.json({ score: 2 }));
  await writeFiles(folder, scores.url.replace(/\/$/, ""));

  const named = blocks.flatMap(({ text }) => pathLine.exec(text)?.[1] ?? []);
  // the page has them pass deno check by itself
  for (const check of ["fmt --check", "lint"]) {
    await t.step(`its files pass deno ${check}`, async () => {
      const { code, err } = await deno(`deno ${check} ${named.join(" ")}`, folder);
      assertEquals({ code, err: code === 0 ? "" : err }, { code: 0, err: "" });
    });
  }

  const commands = blocks.filter(({ language, text }) =>
    language === "sh" && !/^(?:curl|deno task new:plugin) /.test(text)
  ).flatMap(({ text }) => shellCommands(text));
  for (const command of commands) {
    // the router is started below, on a free port
    if (command === "deno task start") continue;
    await t.step(command, async () => {
      const expected = said[command];
      assert(expected !== undefined, "nothing says what it is to print");
      const { code, out, err } = await deno(command, folder);
      assertEquals(code, 0, err);
      assertStringIncludes(out, expected);
    });
  }

  const server = await serve(folder);
  const callbacks = `http://127.0.0.1:${server.port}`;
  try {
    for (const [index, { language, text, line }] of blocks.entries()) {
      if (language !== "sh" || !text.startsWith("curl ")) continue;
      await t.step({
        name: `line ${line}: a callback is answered as it says`,
        ignore: !curlIsThere,
        async fn() {
          const [command = ""] = shellCommands(text);
          const answer = blocks[index + 1]!;
          assertEquals(answer.language, "json");
          const got = await runCurl(command, { callbacks, operator: "" });
          assertEquals(JSON.parse(got), JSON.parse(answer.text));
        },
      });
    }
    await t.step({
      name: "the log says what a guard kept back",
      ignore: !curlIsThere,
      fn: () =>
        eventually(
          "the guard's line",
          () =>
            server.lines.some((line) => line.includes("the server crashes on it if the comment")),
        ),
    });
    await t.step("a profile is shown while the service is down", async () => {
      await scores[Symbol.asyncDispose]();
      const response = await fetch(`${callbacks}/callbackBeforeProfileCommand`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: '{"userID":"1695766238"}',
      });
      assertEquals((await response.json()).errMsg, "Success");
    });
  } finally {
    await endServer(server);
  }
});

Deno.test("docs/plugins.md has no block that nothing looks at", () => {
  const unseen = blocks.filter(({ language, text }, index) => {
    const before = blocks[index - 1];
    const follows = before?.language === "sh" &&
      /^(?:curl|deno task new:plugin) /.test(before.text);
    const isFile = pathLine.test(text) || text.startsWith('{\n  "plugins"');
    const isFolder = text.trim() === '"plugins": { "folders": ["my-plugins"] }';
    return !(language === "sh" || follows || isFile || isFolder);
  });
  assertEquals(unseen, []);
});

Deno.test("what docs/plugins.md calls an error of the type check is one", async () => {
  const comment =
    blocks.find(({ text }) => text.startsWith("// my-plugins/before_comment.ts"))!.text;
  const wrong = {
    "override({ text: 5 })": ["override({ text })", "override({ text: 5 })"],
    'echo: ["grupID"]': ['echo: ["groupID"]', 'echo: ["grupID"]'],
    "a sample without `userID`": ['sample: { userID: "1695766238", ', "sample: { "],
  } as const;
  await using folder = await tempFolder();
  const files: string[] = [];
  for (const [named, [right, replacement]] of Object.entries(wrong)) {
    assertStringIncludes(page.replaceAll(/\s+/g, " "), named);
    assertStringIncludes(comment, right);
    const name = `wrong_${files.length}.ts`;
    files.push(await folder.write(name, comment.replace(right, replacement)));
  }
  const { code, err } = await deno(
    `deno check --config ${root}/deno.json ${files.join(" ")}`,
    folder,
  );
  assertEquals(code, 1);
  for (const file of files) assertMatch(err, new RegExp(`TS2[^]*?${basename(file)}`));
});

Deno.test("docs/plugins.md lists every field of a plugin", async () => {
  const source = await Deno.readTextFile(join(root, "src/extension/define_plugin.ts"));
  const [, body = ""] = /interface PluginDefinition<.*?\{\n(.*?)^\}/ms.exec(source) ?? [];
  const fields = [...body.matchAll(/^ {2}(?:readonly )?(\w+)(?:\?|:|\()/gm)].map(([, name]) =>
    name!
  );
  assert(fields.length > 10);
  const listed = tablesUnder(page, "The fields of `definePlugin`").map(([name = ""]) =>
    name.replaceAll("`", "")
  );
  assertEquals(listed.toSorted(), fields.toSorted());
});

Deno.test("docs/plugins.md lists every field of a callback", async () => {
  const source = await Deno.readTextFile(join(root, "src/openim/callback.ts"));
  const fields = [...source.matchAll(/^ {2}readonly (\w+):/gm)].map(([, name]) => name!);
  const listed = tablesUnder(page, "Code of its own").map(([name = ""]) =>
    name.replaceAll("`", "")
  );
  assertEquals(listed, fields);
});

Deno.test("docs/plugins.md lists what the shared schemas' modules have", async () => {
  const rows = tablesUnder(page, "Schemas to share");
  assert(rows.length > 10);
  for (const [module = "", what = ""] of rows) {
    const file = module.replaceAll("`", "");
    const exports = Object.keys(await import(`../../src/openim/${file}`));
    const named = [...what.matchAll(/`(\w+)`/g)].map(([, name]) => name!);
    // the last one is the field that the functions are about
    if (file === "message_text.ts") assertEquals(named.pop(), "content");
    assertEquals([file, named.toSorted()], [file, exports.toSorted()]);
  }
});
