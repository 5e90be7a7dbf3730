/**
 * One of this repository's commands behind the real listener, with rules as a rules file has them.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { compileChains } from "../../src/config/compile/compile_chains.ts";
import { pathText } from "../../src/config/source/config_error.ts";
import { rulesFile } from "../../src/config/sections/rules_file.ts";
import type { SchemaProblem } from "../../src/config/source/schema_problems.ts";
import { parseExact, stringifyExact } from "../../src/openim/exact_json.ts";
import type { Plugin } from "../../src/extension/define_plugin.ts";
import { createRegistry } from "../../src/plugins/registry.ts";
import { ruleDefinitions } from "../../src/rules/list.ts";
import { eras, goDecode } from "../openim/go_decoder.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { ownRegistry } from "../support/own_plugins.ts";
import { ruleServices } from "../support/rule_services.ts";
import { type CallbackServer, serveRouting } from "./callback_server.ts";

/** The largest body that is taken, bytes. */
export const bodyLimit = 64 * 1024;

/** A JSON object. */
export type Fields = Readonly<Record<string, unknown>>;

/** A chain as the rules file writes it. */
export interface ChainParts {
  readonly rules?: readonly Fields[];
  readonly onError?: "continue" | "refuse";
  /** Code of the plugin's own. */
  readonly handle?: Plugin["handle"];
}

/** A listener, and what was said of its rules when they were loaded. */
export interface CommandServer extends CallbackServer {
  readonly plugin: Plugin;
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
}

/** Starts a listener that knows one command: `await using server = await serveCommand(name);` */
export async function serveCommand(
  command: string,
  { handle, rules = [], ...settings }: ChainParts = {},
): Promise<CommandServer> {
  const plugin = { ...ownRegistry.find(command)!, handle };
  const { server, problems, warnings } = await serveRules([plugin], {
    [command]: { ...settings, rules },
  });
  return { ...server, plugin, problems: linesOf(problems), warnings: linesOf(warnings) };
}

/** Starts a listener with these plugins and the chains of a rules file. */
export async function serveRules(plugins: readonly Plugin[], chains: Fields): Promise<{
  readonly server: CallbackServer;
  readonly problems: readonly SchemaProblem[];
  readonly warnings: readonly SchemaProblem[];
}> {
  const registry = createRegistry(
    plugins.map((plugin) => ({ file: `${plugin.command}.ts`, plugin })),
  );
  const { callbacks } = rulesFile.parse({ callbacks: chains });
  const clock = new FakeClock();
  const compiled = compileChains({ callbacks, chains: {}, targets: {} }, {
    registry,
    definitions: ruleDefinitions,
    services: ruleServices({ clock }),
  });
  const routing = { registry, chains: compiled.chains, bodyLimit, nextCode: "number" } as const;
  return { ...compiled, server: await serveRouting(routing, { clock }) };
}

/** What is said of a chain, each with the place inside it. */
function linesOf(problems: readonly SchemaProblem[]): readonly string[] {
  return problems.map(({ path, message }) => `${pathText(path.slice(2))}: ${message}`);
}

/** Posts the command's sample, with changes, as a server of version 3 does. */
export async function postSample(
  { url, plugin }: CommandServer,
  changes: Fields = {},
): Promise<Fields> {
  const { command, sample } = plugin;
  const response = await fetch(`${url}/callbackExample/${command}`, {
    method: "POST",
    headers: { "content-type": "application/json; charset=utf-8", operationid: "op-1" },
    body: stringifyExact({ callbackCommand: command, ...sample, ...changes }),
  });
  assertEquals(response.status, 200);
  return decodedAnswer(await response.text());
}

/** An answer's fields; fails where a server of some version could not decode it. */
export function decodedAnswer(body: string): Fields {
  for (const era of eras) goDecode(body, era);
  const answer = parseExact(body);
  assert(typeof answer === "object" && answer !== null);
  return answer as Fields;
}

/** The fields of a plain consent. */
export const consent: Fields = {
  actionCode: 0,
  errCode: 0,
  errMsg: "Success",
  errDlt: "",
  nextCode: 0,
};

/** A rule that overrides fields with these values. */
export function overriding(fields: Fields): Fields {
  // JSON is CEL as well
  const set = Object.entries(fields).map(([field, value]) => [field, stringifyExact(value)]);
  return { use: "override", set: Object.fromEntries(set) };
}

/** What the command's "continue" returns of its sample, by the catalogue. */
export function echoOf(sample: Fields, echo: readonly string[] = []): Fields {
  return Object.fromEntries(echo.map((field) => [field, sample[field]]));
}
