/** The README's first command, and what becomes of its router when npx ends. */
import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { TextLineStream } from "@std/streams";
import { eventually } from "../support/eventually.ts";
import { root } from "../support/server_process.ts";
import { tempFolder } from "../support/temp_folder.ts";

const npx = await new Deno.Command("npx", { args: ["--version"] }).output()
  .then(({ success }) => success && Deno.build.os === "linux", () => false);

Deno.test({
  name: "a router whose npx is killed says so and stops" +
    (npx ? "" : " (skipped: there is no npx, or no Linux)"),
  ignore: !npx,
  async fn() {
    await using folder = await tempFolder();
    // a copy: the task may write to the folder that it runs in alone
    const entries = ["deno.json", "deno.lock", "main.ts", "src", "plugins"];
    const { success } = await new Deno.Command("cp", {
      args: ["-r", ...entries.map((entry) => join(root, entry)), folder.path],
    }).output();
    assertEquals(success, true);
    await folder.write(
      "rules.json",
      '{ "server": { "listen": "127.0.0.1:0" }, "operator": { "enabled": false }, "callbacks": {} }',
    );
    const process = new Deno.Command("npx", {
      args: ["-y", "deno@2.9.6", "task", "start"],
      cwd: folder.path,
      env: { NO_COLOR: "1" },
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    const lines: string[] = [];
    const text: TransformStream<string, string> = new TextLineStream();
    const reading = process.stderr.pipeThrough(new TextDecoderStream()).pipeThrough(text)
      .pipeTo(new WritableStream({ write: (line) => void lines.push(line) }));
    const has = (words: string) => lines.some((line) => line.includes(words));
    await eventually("the router listens", () => has('"message":"listening"'));
    process.kill("SIGKILL");
    // standard error ends when the last process that has it does
    await reading;
    assertEquals([has("npx has ended, so the router stops"), has('"message":"stopped"')], [
      true,
      true,
    ]);
  },
});
