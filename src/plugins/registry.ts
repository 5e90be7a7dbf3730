import { nearestName } from "../values/nearest_name.ts";
import type { Plugin } from "../extension/define_plugin.ts";

/** The commands that the router knows. */
export interface Registry {
  /** Every plugin, in the order of areas and commands. */
  readonly plugins: readonly Plugin[];
  /** Finds a plugin by its command or one of its aliases; names are case-sensitive, as in Go. */
  find(name: string): Plugin | undefined;
  /** The known name that is nearest to an unknown one, if one is near. */
  suggest(name: string): string | undefined;
}

/** A plugin and the file it came from. */
export interface FoundPlugin {
  readonly plugin: Plugin;
  readonly file: string;
}

/** Everything that is wrong with the plugin files, collected. */
export class PluginError extends Error {
  override readonly name = "PluginError";
  /** One sentence per problem, each naming its files. */
  readonly problems: readonly string[];
  /** The plugins that are in order all the same. */
  readonly sound: readonly FoundPlugin[];

  constructor(problems: readonly string[], sound: readonly FoundPlugin[] = []) {
    super(problems.join("\n"));
    this.problems = problems;
    this.sound = sound;
  }
}

/**
 * Makes a registry of the plugins that were found.
 *
 * @throws {PluginError} if two plugins claim one name.
 */
export function createRegistry(found: readonly FoundPlugin[]): Registry {
  const byName = new Map<string, FoundPlugin>();
  const problems: string[] = [];
  const clashing = new Set<FoundPlugin>();
  for (const entry of found) {
    for (const name of new Set([entry.plugin.command, ...entry.plugin.aliases])) {
      const taken = byName.get(name);
      if (taken === undefined) byName.set(name, entry);
      else {
        clashing.add(entry);
        problems.push(`"${name}" is claimed by two plugins: ${taken.file} and ${entry.file}`);
      }
    }
  }
  if (problems.length > 0) {
    throw new PluginError(problems, found.filter((entry) => !clashing.has(entry)));
  }

  const plugins = found.map(({ plugin }) => plugin).sort((one, other) =>
    one.area.localeCompare(other.area) || one.command.localeCompare(other.command)
  );
  const names = [...byName.keys()];
  return {
    plugins,
    find: (name) => byName.get(name)?.plugin,
    suggest: (name) => nearestName(name, names),
  };
}
