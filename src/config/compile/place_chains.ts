/**
 * Which chains of the rules file run for which command, and in which order: from the general to the
 * particular.
 *
 * @module
 */
import { didYouMean } from "../../values/nearest_name.ts";
import type { Plugin } from "../../extension/define_plugin.ts";
import type { Registry } from "../../plugins/registry.ts";
import { unknownCommand } from "../../plugins/unknown_command.ts";
import type { ChainSettings, RulesFile } from "../sections/rules_file.ts";
import { addOnce, type SchemaProblem } from "../source/schema_problems.ts";

/** A chain's settings and where they stand. */
export interface PlacedChain {
  /** The name under "callbacks". */
  readonly key: string;
  readonly settings: ChainSettings;
  /** Whether it runs for commands that it does not name. */
  readonly shared: boolean;
}

/** The chains of a command, in the order in which they run. */
export type ChainsOf = (plugin: Plugin) => readonly PlacedChain[];

/**
 * Finds the chains of every command: that of `*`, of its timing (`before:*`), of its area
 * (`group/*`), and its own.
 */
export function placeChains(
  callbacks: RulesFile["callbacks"],
  registry: Registry,
  problems: Map<string, SchemaProblem>,
): ChainsOf {
  const shared = sharedKeys(registry);
  const own = new Map<string, PlacedChain>();
  for (const [key, settings] of Object.entries(callbacks)) {
    if (shared.has(key)) continue;
    const note = (message: string) =>
      addOnce(problems, { path: ["callbacks", key], atKey: true, message });
    const command = registry.find(key)?.command;
    if (command === undefined) {
      note(unknownName(key, registry, shared));
      continue;
    }
    const taken = own.get(command);
    if (taken === undefined) own.set(command, { key, settings, shared: false });
    else note(`"${key}" and "${taken.key}" name the same command; keep one chain`);
  }
  return (plugin) => {
    const general = ["*", timingKey(plugin), areaKey(plugin)].flatMap((key) => {
      const settings = Object.hasOwn(callbacks, key) ? callbacks[key] : undefined;
      return settings === undefined ? [] : [{ key, settings, shared: true }];
    });
    return [...general, ...[own.get(plugin.command)].filter((chain) => chain !== undefined)];
  };
}

const timingKey = ({ timing }: Pick<Plugin, "timing">) => `${timing}:*`;
const areaKey = ({ area }: Pick<Plugin, "area">) => `${area}/*`;

/** The names that stand for more than one command. */
function sharedKeys({ plugins }: Registry): ReadonlySet<string> {
  const timings = (["before", "after"] as const).map((timing) => timingKey({ timing }));
  return new Set(["*", ...timings, ...plugins.map(areaKey)]);
}

/** Names that people give to a chain for every command. */
const everyCommand: ReadonlySet<string> = new Set(["all", "any", "default", "every"]);

function unknownName(key: string, registry: Registry, shared: ReadonlySet<string>): string {
  if (everyCommand.has(key)) return `unknown command "${key}"; write "*" for every command`;
  const general = [...shared].find((name) => name === `${key}/*` || name === `${key}:*`);
  if (general !== undefined) return `unknown command "${key}", did you mean "${general}"?`;
  if (!key.endsWith("*")) return unknownCommand(key, registry);
  const known = [...shared].map((name) => `"${name}"`).join(", ");
  return `"${key}" stands for no commands${didYouMean(key, shared) || `; known are ${known}`}`;
}
