import { fromFileUrl, resolve } from "@std/path";
import { builtinPlugins, loadContext } from "../runtime/load_context.ts";
import { loadRules } from "../config/load/load_rules.ts";
import { namedTargets, neededPermissions } from "../runtime/needed_permissions.ts";
import { type Terminal, UsageError } from "./terminal.ts";

const main = fromFileUrl(new URL("../../main.ts", import.meta.url));

/**
 * Prints the command that serves a rules file with what Deno must allow for it, and nothing more.
 * Notes on what the file does not show go to standard error.
 *
 * @throws {ConfigError} if there is something wrong with the file, {@link UsageError} for a path
 * that no option can name.
 */
export async function printPermissions(file: string, terminal: Terminal): Promise<void> {
  const context = loadContext(() => {});
  const variables = new Set<string>();
  const rules = await loadRules(file, {
    ...context,
    environment(name) {
      variables.add(name);
      return context.environment(name);
    },
  });
  const needed = neededPermissions(rules, { builtinPlugins, variables });
  const options = Object.entries(needed).map(([kind, list]) =>
    `--allow-${kind}=${list.map(oneOfList).join(",")}`
  );
  // asking on a terminal would stop the router; without the second, import() reaches some hosts of
  // the internet, whatever --allow-net says
  const words = [
    "deno",
    "run",
    "--no-prompt",
    "--cached-only",
    linearParser,
    ...options,
    main,
    "serve",
    resolve(file),
  ];
  terminal.out(words.map(quoted).join(" "));
  const { targets, plugins } = rules.settings;
  for (const name of namedTargets(rules)) terminal.err(`note: targets.${name}: ${namedByName}`);
  for (const [name, { redirects }] of Object.entries(targets)) {
    if (redirects > 0) terminal.err(`note: targets.${name}: ${redirected}`);
  }
  if (plugins.folders.length > 0) terminal.err(`note: plugins.folders: ${ownPlugins}`);
}

/**
 * V8's parser of JSON keeps one copy of each short text of a body, in a table in which numbers such
 * as "16384" and "32768" have one place: 1 MiB of them would take more than a second.
 */
const linearParser = "--v8-flags=--json-parse-max-heuristically-internalized-strings=0";

const namedByName = "Deno checks the address that a name has as well as the name, so that " +
  "0.0.0.0/0 allows every IPv4 address at that port; if the target's addresses stay the same, " +
  "write them in its place, and always if it has only IPv6 addresses";
const redirected = "add the hosts that it may redirect to";
const ownPlugins = "add what plugin files of your own connect to, read or write themselves";

/** Deno's lists have no way to write a comma. */
function oneOfList(path: string): string {
  if (!path.includes(",")) return path;
  throw new UsageError(`${path}: Deno takes a comma for the end of a path; give it another name`);
}

/** A word as a shell takes it for one. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
