import type { Registry } from "./registry.ts";

/** What to say of a name that is no command: with what was probably meant. */
export function unknownCommand(name: string, registry: Registry): string {
  const commands = commandsOfKey(name, registry);
  if (commands.length > 0) {
    return `"${name}" is a key of OpenIM's webhooks.yml; write its command, ${
      commands.map((command) => `"${command}"`).join(" or ")
    }`;
  }
  const near = registry.suggest(name);
  const hint = near === undefined
    ? '; "deno task plugins" lists the commands'
    : `, did you mean "${near}"?`;
  return `unknown command "${name}"${hint}`;
}

/** The commands that a key of OpenIM's webhooks.yml, or of its config.yaml, switches on. */
function commandsOfKey(name: string, { plugins }: Registry): readonly string[] {
  const key = name.toLowerCase();
  return plugins.filter(({ webhook }) => webhook?.key.toLowerCase() === key)
    .map(({ command }) => command);
}
