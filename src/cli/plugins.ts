import { loadContext } from "../runtime/load_context.ts";
import { loadRules } from "../config/load/load_rules.ts";
import type { Plugin, Webhook } from "../extension/define_plugin.ts";
import { columns, type Terminal } from "./terminal.ts";

const head = ["command", "timing", "since", "webhooks.yml key"];

/**
 * Prints the commands that a rules file's plugins make known, area by area under the key that a
 * chain for the area has, each with its other names below it: 120 columns are enough.
 */
export async function listPlugins(file: string, terminal: Terminal): Promise<void> {
  const { registry: { plugins } } = await loadRules(file, loadContext(() => {}));
  const areas = Map.groupBy(plugins, ({ area }) => area);
  const rows = [...areas].flatMap(([area, plugins]) => [
    onlyFirst(`${area}/*`),
    ...plugins.flatMap(pluginRows),
  ]);
  terminal.out(columns(head, rows));
  terminal.out(`\n${plugins.length} ${plugins.length === 1 ? "command" : "commands"}`);
}

function pluginRows({ command, timing, webhook, aliases }: Plugin): readonly string[][] {
  return [
    [`  ${command}`, timing, sinceOf(webhook), webhook?.key ?? "-"],
    ...aliases.map((alias) => onlyFirst(`    or ${alias}`)),
  ];
}

function onlyFirst(cell: string): string[] {
  return [cell, ...Array<string>(head.length - 1).fill("")];
}

/** The first OpenIM version that has a command, and the last one if it was dropped. */
function sinceOf(webhook: Webhook | undefined): string {
  if (webhook === undefined) return "-";
  const { since, until } = webhook;
  return until === undefined ? since : `${since} to ${until}`;
}
