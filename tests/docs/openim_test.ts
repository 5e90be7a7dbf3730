/** Everything that docs/openim.md shows is run; its tables are what the catalogue of commands says. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { dirname, join } from "@std/path";
import { parse } from "yaml";
import { eras, refuses } from "../openim/go_decoder.ts";
import { commands } from "../support/catalogue.ts";
import { runRouter } from "../support/router_command.ts";
import { type RouterProcess, startRouterProcess } from "../support/router_process.ts";
import { root } from "../support/server_process.ts";
import { tempFolder } from "../support/temp_folder.ts";
import { type CodeBlock, markdownPage, sectionOf, tablesUnder } from "./markdown_page.ts";
import { curlIsThere, routerArguments, runCurl, shellCommands } from "./shell_commands.ts";

const page = await Deno.readTextFile(join(root, "docs/openim.md"));
const { blocks } = markdownPage(page);

/** The secret that the page names. */
const secret = "4f1d8cc3a9b2e07d5c61";

type Answer = Readonly<Record<string, unknown>>;

/** A block with curl, and the answer below it. */
interface Exchange {
  readonly line: number;
  readonly command: string;
  /** Undefined where the page shows none. */
  readonly answer: Answer | undefined;
}

/** A rules file of the page with everything below it, up to the next one. */
interface Part {
  readonly rules: string;
  readonly exchanges: readonly Exchange[];
  /** What else is run on the command line. */
  readonly tasks: readonly { readonly line: number; readonly args: readonly string[] }[];
}

/** The page in parts. A block that is none of what a part consists of is an error. */
function partsOf(blocks: readonly CodeBlock[]): readonly Part[] {
  const parts: { rules: string; exchanges: Exchange[]; tasks: Part["tasks"][number][] }[] = [
    { rules: "{}", exchanges: [], tasks: [] },
  ];
  for (const [index, { language, text, line }] of blocks.entries()) {
    const before = blocks[index - 1];
    const isAnswer = before?.language === "sh" && before.text.startsWith("curl ");
    if (language === "json" && !isAnswer) parts.push({ rules: text, exchanges: [], tasks: [] });
    if (language !== "sh") {
      assert(["json", "yaml"].includes(language), `line ${line}: nothing runs this block`);
      continue;
    }
    const next = blocks[index + 1];
    for (const command of shellCommands(text)) {
      const args = routerArguments(command);
      if (args !== undefined) parts.at(-1)!.tasks.push({ line, args });
      else if (command.startsWith("curl ")) {
        const answer = next?.language === "json" ? JSON.parse(next.text) as Answer : undefined;
        parts.at(-1)!.exchanges.push({ line, command, answer });
      } else throw new Error(`line ${line}: nothing runs ${command}`);
    }
  }
  return parts;
}

const parts = partsOf(blocks);

function addressesOf(router: RouterProcess) {
  return {
    callbacks: router.url.replace("/callbackExample", ""),
    operator: router.operatorURL,
  };
}

Deno.test("every callback that docs/openim.md sends is answered as it says", async (t) => {
  for (const { rules, exchanges } of parts.filter(({ exchanges }) => exchanges.length > 0)) {
    await using router = await startRouterProcess(JSON.parse(rules), {
      env: { OPENIM_CALLBACK_SECRET: secret },
    });
    for (const { line, command, answer } of exchanges) {
      await t.step({
        name: `line ${line}`,
        ignore: !curlIsThere,
        async fn() {
          const got = JSON.parse(await runCurl(command, addressesOf(router)));
          if (answer !== undefined) assertEquals(got, answer);
          else assertEquals(got.map((one: Answer) => one.operationID), ["check-1"]);
        },
      });
    }
  }
});

Deno.test("every task that docs/openim.md shows does its work", async (t) => {
  for (const { rules, tasks } of parts) {
    await using folder = await tempFolder();
    const file = await folder.write("try.json", rules);
    for (const { line, args } of tasks) {
      await t.step(`line ${line}: ${args.join(" ")}`, async () => {
        // that is how the router is started for the callbacks
        if (args[0] === "serve") return assertEquals(args, ["serve", "try.json"]);
        const placed = args.map((word) => word === "try.json" ? file : word);
        const { code, err } = await runRouter(placed);
        assertEquals({ code, err }, { code: 0, err: "" });
      });
    }
  }
});

Deno.test("the webhooks.yml of docs/openim.md is what the router writes", async () => {
  await using folder = await tempFolder();
  const file = await folder.write("try.json", parts[1]!.rules);
  const { out } = await runRouter(["webhooks", file]);
  const shown = blocks.find(({ language }) => language === "yaml")!.text;
  assertEquals(out.replaceAll(`${dirname(file)}/`, ""), shown);
});

Deno.test("with a secret the router writes the URL that docs/openim.md names", async () => {
  await using folder = await tempFolder();
  const file = await folder.write("rules.json", parts[2]!.rules);
  const { out } = await runRouter(["webhooks", file], { env: { OPENIM_CALLBACK_SECRET: secret } });
  const { url } = parse(out);
  assertStringIncludes(page, `\`url: ${url}\``);
  assertStringIncludes(url, secret);
});

/** The commands with rules on the page, in the order in which the router writes them. */
const ruled = Object.keys(parse(blocks.find(({ language }) => language === "yaml")!.text))
  .filter((key) => key !== "url")
  .map((key) => commands.find(({ webhook }) => webhook.key === key)!);

const old = { enable: true, callbackTimeOut: 2, callbackFailedContinue: true };
const late = { enable: true, timeout: 5, failedContinue: true };

for (
  const [section, below, url, key, entry] of [
    ["OpenIM 3.5 and 3.6", "v3.7", "url", "v3", late],
    ["OpenIM 3.0 to 3.4", "v3.5", "url", "v3", late],
    ["OpenIM 2.x", "v3.0", "callbackUrl", "v2", old],
  ] as const
) {
  Deno.test(`the config.yaml of ${section} has the keys that its versions know`, () => {
    const block = blocks.find((block) => sectionOf(block) === section && block.language === "yaml");
    const { callback: { [url]: address, ...entries } } = parse(block!.text);
    assertEquals(address, "http://127.0.0.1:10006/callbackExample");
    const known = ruled.filter(({ webhook }) => webhook.since < below)
      .map(({ olderKeys }) => olderKeys?.[key]);
    assertEquals(entries, Object.fromEntries(known.map((name) => [name, entry])));
  });
}

Deno.test("docs/openim.md lists every command with its keys and its first version", () => {
  const rows = tablesUnder(page, "The callbacks");
  const code = (text: string | undefined) => text === undefined ? "" : `\`${text}\``;
  const expected = commands.map(({ command, timing, webhook, olderKeys }) => {
    const { key, since, until } = webhook;
    return [
      code(command),
      timing,
      until === undefined ? code(key) : "",
      code(olderKeys?.v3),
      code(olderKeys?.v2),
      until === undefined ? since.replace("main", "the main branch") : `${since} to ${until}`,
    ];
  });
  assertEquals(rows.toSorted(), expected.toSorted());
});

Deno.test("docs/openim.md says rightly which versions a refusal refuses", () => {
  const rows = tablesUnder(page, "What an answer means").slice(0, eras.length);
  const answers = parts.flatMap(({ exchanges }) => exchanges)
    .map(({ answer }) => answer).filter((answer) => answer !== undefined);
  const inV2 = answers.find(({ actionCode, errCode }) => actionCode === 1 && errCode === 5011);
  const inV3 = answers.find(({ nextCode }) => nextCode === 1);
  const turnedAway = answers.find(({ errCode }) => errCode === 5404);
  const effect = (answer: Answer | undefined, era: typeof eras[number]) =>
    refuses(JSON.stringify(answer), era) ? "refused" : "goes on";
  assertEquals(
    rows.map((cells) => cells.slice(3)),
    eras.map((era) => [
      effect(era.versions.startsWith("2") ? inV2 : inV3, era),
      effect(turnedAway, era),
    ]),
  );
});
