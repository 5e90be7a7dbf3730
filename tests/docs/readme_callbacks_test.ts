/** The first callbacks that the README sends are answered as it says, by the rules of a checkout. */
import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { startRouterProcess } from "../support/router_process.ts";
import { root } from "../support/server_process.ts";
import { markdownPage, sectionOf } from "./markdown_page.ts";
import { curlIsThere, runCurl, shellCommands } from "./shell_commands.ts";

const blocks = markdownPage(await Deno.readTextFile(join(root, "README.md"))).blocks
  .filter((block) => sectionOf(block) === "A first callback");

Deno.test({
  name: "the README's first callbacks are answered as it says",
  ignore: !curlIsThere,
  async fn() {
    const { callbacks } = JSON.parse(await Deno.readTextFile(join(root, "rules.json")));
    await using router = await startRouterProcess({ callbacks });
    const addresses = { callbacks: router.url.replace("/callbackExample", ""), operator: "" };
    const commands = blocks.filter(({ language }) => language === "sh")
      .flatMap(({ text }) => shellCommands(text));
    const answer = JSON.parse(blocks.find(({ language }) => language === "json")!.text);
    assertEquals(commands.length, 2);
    for (const command of commands) {
      assertEquals(JSON.parse(await runCurl(command, addresses)), answer);
    }
  },
});
