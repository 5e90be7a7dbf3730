import { join } from "@std/path";
import { ConfigError, describeProblem } from "../../src/config/source/config_error.ts";
import { type LoadContext, type LoadedRules, loadRules } from "../../src/config/load/load_rules.ts";
import { scriptedPoster } from "../../src/delivery/scripted_poster.ts";
import { answerCondition } from "../../src/expressions/answer_condition.ts";
import { ruleDefinitions } from "../../src/rules/list.ts";
import { targetsOf } from "../../src/runtime/targets.ts";
import { ruleServices } from "../support/rule_services.ts";
import { tempFolder } from "../support/temp_folder.ts";

/** The after-callback that every project's plugin folder knows, and an older name of it. */
export const groupRead = "callbackAfterGroupMsgReadCommand";
export const groupReadAlias = "callbackGroupMsgReadCommand";
/** The before-callback that every project's plugin folder knows. */
export const beforeSend = "callbackBeforeSendSingleMsgCommand";

/** The text of a plugin file. */
export function pluginFile(
  command: string,
  { aliases = [], timing = "after", overrides = "z.object({})" }: {
    readonly aliases?: readonly string[];
    readonly timing?: "before" | "after";
    readonly overrides?: string;
  } = {},
): string {
  return `
    import { definePlugin, int64, userID } from "@openim-router/plugin";
    import { z } from "zod";
    export default definePlugin({
      command: "${command}",
      aliases: ${JSON.stringify(aliases)},
      timing: "${timing}",
      area: "message",
      summary: "For tests.",
      request: z.looseObject({ sendID: userID, receiveID: userID, unreadMsgNum: int64 }),
      overrides: ${overrides},
      sample: { sendID: "u1", receiveID: "u2", unreadMsgNum: 5 },
    });
  `;
}

/** A folder with `rules.json` and real plugin files. */
export interface RulesProject extends AsyncDisposable {
  readonly folder: string;
  /** The path of `rules.json`. */
  readonly file: string;
  /** What it is loaded with. */
  readonly context: LoadContext;
  /** Loads `rules.json`. */
  load(): Promise<LoadedRules>;
  /** What is wrong with `rules.json`, one line each, the folder's path left out. */
  problems(): Promise<readonly string[]>;
  /** What `check` would warn of. */
  warnings(): Promise<readonly string[]>;
}

/** What a project has besides its rules. */
export interface ProjectOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** Further files, by path. */
  readonly files?: Readonly<Record<string, string>>;
}

/** Makes a project: `await using project = await rulesProject({ callbacks: {} });` */
export async function rulesProject(
  rules: string | object,
  { environment = {}, files = {} }: ProjectOptions = {},
): Promise<RulesProject> {
  const folder = await tempFolder();
  const text = typeof rules === "string" ? rules : JSON.stringify(rules);
  const file = await folder.write("rules.json", text);
  await folder.write("plugins/read.ts", pluginFile(groupRead, { aliases: [groupReadAlias] }));
  await folder.write(
    "plugins/send.ts",
    pluginFile(beforeSend, { timing: "before", overrides: "z.object({ content: z.string() })" }),
  );
  for (const [name, content] of Object.entries(files)) await folder.write(name, content);
  const context: LoadContext = {
    environment: (name) => environment[name],
    definitions: ruleDefinitions,
    builtinPlugins: join(folder.path, "plugins"),
    services: () => ruleServices(),
    scriptedPoster: (settings, file, answers) =>
      scriptedPoster(targetsOf(settings, file), answers, { deliveredWhen: answerCondition }),
  };
  const load = () => loadRules(file, context);
  const withoutFolder = (line: string) => line.replaceAll(`${folder.path}/`, "");
  return {
    folder: folder.path,
    file,
    context,
    load,
    async problems() {
      try {
        await load();
        return [];
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        return error.problems.map(describeProblem).map(withoutFolder);
      }
    },
    warnings: async () => (await load()).warnings.map(describeProblem).map(withoutFolder),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

/** A rules file's object with the rules of one chain. */
export function chainOf(command: string, rules: readonly unknown[], settings: object = {}) {
  return { callbacks: { [command]: { ...settings, rules } } };
}
