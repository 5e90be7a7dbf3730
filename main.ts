import { Command, Option } from "commander";
import { check, writeSchema } from "./src/cli/check.ts";
import { newPlugin, type NewPluginOptions } from "./src/cli/new_plugin.ts";
import { deliveriesCommand } from "./src/cli/deliveries_command.ts";
import { printPermissions } from "./src/cli/check_permissions.ts";
import { listPlugins } from "./src/cli/plugins.ts";
import { serve } from "./src/cli/serve.ts";
import { BodyError, simulate } from "./src/cli/simulate.ts";
import { SampleError, simulateAll } from "./src/cli/simulate_all.ts";
import { processTerminal as terminal, UsageError } from "./src/cli/terminal.ts";
import { webhooks } from "./src/cli/webhooks.ts";
import { ConfigError } from "./src/config/source/config_error.ts";
import { RefusedRules } from "./src/config/load/refused_rules.ts";
import { RulesTestError } from "./src/config/rule_tests/run_rules_tests.ts";
import { nearestName } from "./src/values/nearest_name.ts";
import { RequestError } from "./src/openim/request_error.ts";
import { RefusedStart, StartError } from "./src/runtime/start_error.ts";
import { stackOf } from "./src/values/thrown.ts";
import { version } from "./src/values/version.ts";

const defaultRules = "rules.json";

const program = new Command("openim-callback-router")
  .description(
    "Receives the callbacks of OpenIM Server, runs the rules that a JSON file gives for each, " +
      "and answers in the one form that every OpenIM version can read.",
  )
  .version(
    `${version} (Deno ${Deno.version.deno})`,
    "--version",
    "print the version of the router, and Deno's",
  )
  .showHelpAfterError("(run with --help for the commands)")
  .addHelpText(
    "after",
    `
Examples:
  deno task start                      serve rules.json
  deno task check                      is rules.json in order, and what does it do?
  deno task simulate callbackAfterGroupMsgReadCommand
                                       what would happen to this callback?
  deno task simulate --all             what would happen to every command's sample?
  deno task plugins                    which commands are there?
  deno task webhooks > webhooks.yml    the configuration of OpenIM that goes with rules.json
  deno task deliveries list --status dead
                                       what could not be delivered?
  deno task new:plugin callbackMyCommand --timing after
                                       a plugin file for a command of your own`,
  );

program.command("serve", { isDefault: true })
  .description("serve callbacks (what happens when no command is named)")
  .argument("[rules]", "the rules file", defaultRules)
  .option("--pretty", "log lines for people instead of JSON lines", false)
  // a misspelt command with arguments of its own is told as such
  .allowExcessArguments()
  .action((rules: string, { pretty }: { pretty: boolean }, { args }: Command) => {
    const command = commandMeant(rules);
    if (command !== undefined) {
      program.error(`error: unknown command '${rules}'\n(Did you mean ${command}?)`);
    }
    if (args.length > 1) {
      program.error(`error: expected one rules file, got ${args.length}: ${args.join(", ")}`);
    }
    return serve({ rules, pretty });
  });

program.command("check")
  .description(
    "check a rules file: print what it does and run its tests, or print every error with its place",
  )
  .argument("[rules]", "the rules file", defaultRules)
  .option("--schema", "write the JSON Schema of rules files to rules.schema.json instead", false)
  .option(
    "--permissions",
    "print the command that serves it with no more rights than it needs",
    false,
  )
  .action((rules: string, { schema, permissions }: { schema: boolean; permissions: boolean }) => {
    if (schema) return writeSchema(terminal);
    return permissions ? printPermissions(rules, terminal) : check(rules, terminal);
  });

interface SimulateOptions {
  readonly all: boolean;
  readonly body?: string;
  readonly rules: string;
}

const simulateCommand = program.command("simulate")
  .description("run one callback through its chain without side effects and print what happens")
  .argument("[command]", "the callback command, or an alias of it")
  .option("--all", "the sample of every command, one line for each", false)
  .option("--body <file>", 'a file with the body, "-" for standard input (default: the sample)')
  .option("--rules <file>", "the rules file", defaultRules)
  .action((command: string | undefined, { all, body, rules }: SimulateOptions) => {
    if (all && command === undefined && body === undefined) return simulateAll(rules, terminal);
    if (!all && command !== undefined) return simulate({ command, body, rules }, terminal);
    simulateCommand.error(
      all
        ? "error: --all takes the sample of every command; leave out the command and --body"
        : "error: name a command, or give --all",
    );
  });

program.command("plugins")
  .description("list the commands that the router knows")
  .option("--rules <file>", "the rules file, which may name plugin folders", defaultRules)
  .action(({ rules }: { rules: string }) => listPlugins(rules, terminal));

program.command("webhooks")
  .description("print OpenIM's webhooks.yml (3.7 and later) for the commands that have rules")
  .argument("[rules]", "the rules file", defaultRules)
  .option("--url <url>", "where OpenIM reaches the router (default: where it listens)")
  .action((rules: string, { url }: { url?: string }) => webhooks({ rules, url }, terminal));

program.addCommand(deliveriesCommand(defaultRules, terminal));

program.command("new-plugin")
  .description("write a commented plugin file for a command, and its test")
  .argument("<command>", "the command's name on the wire: callback...Command")
  .addOption(
    new Option(
      "--timing <before|after>",
      "before: OpenIM waits for the answer; after: it only notifies",
    )
      .choices(["before", "after"]).makeOptionMandatory(),
  )
  .option("--area <area>", "the part of OpenIM that it belongs to, such as group", "custom")
  .option("--folder <folder>", "a folder of your own (default: plugins/<area> of the router)")
  .action((command: string, options: Omit<NewPluginOptions, "command">) =>
    newPlugin({ command, ...options }, terminal)
  );

try {
  await program.parseAsync(Deno.args, { from: "user" });
} catch (error) {
  // whoever read the output, such as "head", has enough of it
  if (error instanceof Deno.errors.BrokenPipe) Deno.exit(1);
  terminal.err(describeFailure(error));
  Deno.exit(1);
}

/** The command that the name of a rules file was probably meant to be. */
function commandMeant(file: string): string | undefined {
  const names = program.commands.map((command) => command.name());
  return /[./\\]/.test(file) ? undefined : nearestName(file, names);
}

/** What a person needs to read; a stack only where the router itself is at fault. */
function describeFailure(error: unknown): string {
  if (error instanceof ConfigError || error instanceof RefusedStart) {
    const count = error.problems.length === 1 ? "1 problem" : `${error.problems.length} problems`;
    const more = error instanceof ConfigError && !(error instanceof RefusedRules)
      ? "; when this is mended, the rest is looked at"
      : "";
    return `${error.message}\n${count}; nothing was started${more}`;
  }
  if (error instanceof RulesTestError || error instanceof SampleError) return error.message;
  if (error instanceof RequestError) {
    const hint = error.problem === "unknownCommand" && !error.message.endsWith("?")
      ? '; "plugins" lists the commands'
      : "";
    return `the callback would be turned away: ${error.message}${hint}`;
  }
  if (error instanceof UsageError) return `error: ${error.message}`;
  if (error instanceof StartError) return `${error.message}; nothing was started`;
  if (error instanceof BodyError) return error.message;
  if (error instanceof Error && !(error.name in globalThis)) {
    return `${error.name}: ${error.message}`;
  }
  return stackOf(error);
}
