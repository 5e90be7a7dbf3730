/** A command is one file: in a copy of the router one is deleted, one is added, nothing else. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { cp } from "node:fs/promises";
import { commands } from "../support/catalogue.ts";
import { newestSample } from "../support/samples.ts";
import { endServer, root, startServer } from "../support/server_process.ts";
import { type TempFolder, tempFolder } from "../support/temp_folder.ts";

const deleted = "callbackBeforeAddBlackCommand";
const added = "callbackBeforeReviewCommand";
const kept = commands.map(({ command }) => command).filter((command) => command !== deleted);

const addedFile = `
import { z } from "zod";
import { definePlugin, userID } from "../../src/extension/define_plugin.ts";

export default definePlugin({
  command: "${added}",
  aliases: ["callbackReviewCommand"],
  timing: "before",
  area: "review",
  summary: "A text is about to be reviewed.",
  request: z.looseObject({ userID, text: z.string(), stars: z.string().nullable() }),
  overrides: z.object({ text: z.string(), stars: z.string().nullish() }),
  ignoredOverrides: ["userID"],
  echo: ["text"],
  guards: {
    stars: (value, { stars }) =>
      stars === null ? { keep: undefined, dropped: "there are none" } : { keep: value },
  },
  sample: { userID: "1695766238", text: "Fine", stars: null },
});
`;

/** A copy of the router with the two changes. */
async function changedRouter(): Promise<TempFolder> {
  const folder = await tempFolder();
  for (const part of ["main.ts", "deno.json", "deno.lock", "rules.json", "src", "plugins"]) {
    await cp(join(root, part), join(folder.path, part), { recursive: true });
  }
  await Deno.remove(join(folder.path, "plugins/friend/before_add_black.ts"));
  await folder.write("plugins/review/before_review.ts", addedFile);
  return folder;
}

/** Runs the copy to its end; returns what it prints. */
async function run(folder: TempFolder, ...args: readonly string[]) {
  const { code, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", "--quiet", "main.ts", ...args],
    cwd: folder.path,
    env: { NO_COLOR: "1" },
  }).output();
  return { code, out: new TextDecoder().decode(stdout) };
}

Deno.test("no file needs a change when a plugin file is deleted and one is added", async (t) => {
  await using folder = await changedRouter();

  await t.step("plugins lists 53 commands, the new one for the deleted one", async () => {
    const { code, out } = await run(folder, "plugins");
    assertEquals(code, 0);
    const listed = out.split("\n").map((line) => /^ *(callback\w+)/.exec(line)?.[1]);
    assertEquals(listed.filter((name) => name !== undefined).sort(), [...kept, added].sort());
  });

  await t.step("simulate runs the new plugin's sample", async () => {
    const { code, out } = await run(folder, "simulate", added);
    assertEquals(code, 0);
    assertStringIncludes(out, `${added} (before): A text is about to be reviewed.`);
  });

  await t.step("the listener serves what is there and only that", async (t) => {
    const set = { text: '"Better"', stars: '"5"' };
    const rules = await folder.write(
      "changed.json",
      JSON.stringify({
        server: { listen: "127.0.0.1:0" },
        operator: { listen: "127.0.0.1:0" },
        store: { path: "outbox.sqlite" },
        callbacks: { "review/*": { rules: [{ use: "override", when: 'text == "Bad"', set }] } },
      }),
    );
    const server = await startServer(join(folder.path, "main.ts"), ["serve", rules]);
    const post = async (name: string, body: string) => {
      const response = await fetch(`http://127.0.0.1:${server.port}/${name}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body,
      });
      return { status: response.status, answer: await response.json() };
    };
    try {
      await t.step(`the samples of ${kept.length} commands are consented to`, async () => {
        for (const command of kept) {
          const { status, answer } = await post(command, newestSample(command).body);
          assertEquals([command, status, answer.errCode, answer.nextCode], [command, 200, 0, 0]);
        }
      });
      await t.step("the deleted command is unknown", async () => {
        const { status } = await post(deleted, newestSample(deleted).body);
        assertEquals(status, 404);
      });
      for (const name of [added, "callbackReviewCommand"]) {
        await t.step(`${name} is answered with what its file declares`, async () => {
          const body = { callbackCommand: name, userID: "u1", text: "Fine", stars: null };
          const plain = await post(name, JSON.stringify(body));
          assertEquals([plain.status, plain.answer.text], [200, "Fine"]);
          const { answer } = await post(name, JSON.stringify({ ...body, text: "Bad" }));
          assertEquals([answer.text, Object.hasOwn(answer, "stars")], ["Better", false]);
        });
      }
    } finally {
      await endServer(server);
    }
  });
});
