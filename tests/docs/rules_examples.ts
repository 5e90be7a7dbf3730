/**
 * The rules files that `docs/rules.md` shows, and what comes of each.
 *
 * @module
 */
import { join } from "@std/path";
import { loadContext } from "../../src/runtime/load_context.ts";
import { systemClock } from "../../src/chain/clock.ts";
import type { RuleServices } from "../../src/chain/rule.ts";
import { ConfigError, describeProblem } from "../../src/config/source/config_error.ts";
import { dryRun } from "../../src/config/rule_tests/dry_run.ts";
import { type LoadContext, type LoadedRules, loadRules } from "../../src/config/load/load_rules.ts";
import { RulesTestError, runRulesTests } from "../../src/config/rule_tests/run_rules_tests.ts";
import { formatJsonLine } from "../../src/observe/json_lines.ts";
import { certificates } from "../support/certificates.ts";
import { root } from "../support/server_process.ts";
import { tempFolder } from "../support/temp_folder.ts";
import { type CodeBlock, type Heading, markdownPage } from "./markdown_page.ts";

/** A rules file of the page. */
export interface Example {
  /** The text of the file. */
  readonly text: string;
  /** The line of the page at which it starts. */
  readonly line: number;
  readonly headings: readonly Heading[];
  /** The variables that the page sets for it. */
  readonly environment: Readonly<Record<string, string>>;
  /** The files that the page shows beside it, by path. */
  readonly files: Readonly<Record<string, string>>;
  /** What the page says comes of it; undefined where the file is simply in order. */
  readonly printed: string | undefined;
}

/** The path of the page. */
export const pagePath = join(root, "docs/rules.md");

/** The examples of a page, in their order. */
export function examplesOf(markdown: string): readonly Example[] {
  const { blocks } = markdownPage(markdown);
  return blocks.flatMap((block, index) => {
    if (block.language !== "json") return [];
    const next = blocks[index + 1];
    const isPrinted = next?.language === "text" && shownFile(next) === undefined &&
      next.headings === block.headings;
    // within the section, from the last example on
    const section = blocks.slice(0, index).filter(({ headings }) => headings === block.headings);
    const own = section.slice(section.findLastIndex(({ language }) => language === "json") + 1);
    return [{
      text: block.text,
      line: block.line,
      headings: block.headings,
      environment: Object.assign({}, ...own.map(exported)),
      files: Object.assign(
        {},
        ...section.map((file) => {
          const path = shownFile(file);
          return path === undefined ? {} : { [path]: file.text };
        }),
      ),
      printed: isPrinted ? next.text : undefined,
    }];
  });
}

/** The path of the file that a block shows: "Here `lists/spam.txt` is:". */
function shownFile({ before }: CodeBlock): string | undefined {
  return /\bHere `([\w./-]+)` is:$/.exec(before.trim())?.[1];
}

function exported({ language, text }: CodeBlock): Record<string, string> {
  if (language !== "sh") return {};
  return Object.fromEntries([...text.matchAll(/^export (\w+)=(.*)$/gm)].map((
    [, name, value],
  ) => [name!, value!]));
}

/** An example in a folder of its own, with the files that it names. */
export interface PlacedExample extends AsyncDisposable {
  readonly file: string;
  readonly context: LoadContext;
  /** What its rules have logged so far. */
  readonly logged: readonly string[];
  load(): Promise<LoadedRules>;
}

/** The certificates that examples name, made anew. */
export const ownCertificates = await certificates();

/** Places an example in a folder; `text` takes the place of its own. */
export async function placeExample(
  { environment, files, text: own }: Omit<Example, "printed" | "line" | "headings">,
  text = own,
): Promise<PlacedExample> {
  const folder = await tempFolder();
  const file = await folder.write("rules.json", text);
  const beside = {
    "internal-ca.pem": ownCertificates.ca,
    "tls/router.pem": ownCertificates.cert,
    "tls/router.key": ownCertificates.key,
    ...files,
  };
  for (const [path, content] of Object.entries(beside)) await folder.write(path, content);
  const logged: string[] = [];
  const log: RuleServices["log"] = (level, message, properties) =>
    logged.push(formatJsonLine({
      ...{ level, properties, rawMessage: message, message: [message] },
      ...{ timestamp: Date.now(), category: ["router", "rules"] },
    }));
  const context = { ...loadContext(log), environment: (name: string) => environment[name] };
  return {
    file,
    context,
    logged,
    load: () => loadRules(file, context),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

/**
 * What comes of an example, as the page shows it: what `check` says of it; where that is nothing,
 * what its first test's sample makes its rules log or forward.
 */
export async function outcomeOf(example: Example, text = example.text): Promise<string> {
  await using placed = await placeExample(example, text);
  const said = await checked(placed);
  return said.replaceAll(placed.file.slice(0, -"rules.json".length), "");
}

async function checked(placed: PlacedExample): Promise<string> {
  try {
    const rules = await placed.load();
    await runRulesTests(rules, placed.context);
    const warnings = rules.warnings.map((warning) => `warning: ${describeProblem(warning)}\n`);
    return warnings.length > 0 ? warnings.join("") : await effectsOf(rules, placed.logged);
  } catch (error) {
    if (error instanceof ConfigError || error instanceof RulesTestError) {
      return `${error.message}\n`;
    }
    throw error;
  }
}

async function effectsOf(rules: LoadedRules, logged: readonly string[]): Promise<string> {
  const [test] = rules.settings.tests;
  if (test === undefined) return "";
  const { sample, command } = rules.registry.find(test.command)!;
  const body = JSON.stringify({ callbackCommand: command, ...sample });
  const run = await dryRun(rules, rules.chains, { command, body, clock: systemClock });
  const requests = run.deliveries.map(({ target, headers, body }) => {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\n`);
    return `POST ${rules.settings.targets[target]!.url}\n${lines.join("")}\n${body}\n`;
  });
  return [...logged, ...requests].join("");
}

/** A text of the page without what differs from run to run. */
export function withoutTimes(text: string): string {
  return text.replace(/"@timestamp":"[^"]*"/g, '"@timestamp":"..."')
    .replace(/"operationID":"[^"]*"/g, '"operationID":"..."');
}
