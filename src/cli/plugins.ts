import { loadContext } from "../app.ts";
import { loadRules } from "../config/load_rules.ts";
import type { Webhook } from "../plugins/define_plugin.ts";
import { columns, type Terminal } from "./terminal.ts";

const head = ["command", "timing", "area", "versions", "webhooks.yml key", "aliases"];

/** Prints the commands that a rules file's plugins make known. */
export async function listPlugins(file: string, terminal: Terminal): Promise<void> {
  const { registry } = await loadRules(file, loadContext(() => {}));
  const rows = registry.plugins.map(({ command, timing, area, webhook, aliases }) => [
    command,
    timing,
    area,
    versionsOf(webhook),
    webhook?.key ?? "-",
    aliases.join(", ") || "-",
  ]);
  terminal.out(columns(head, rows));
  terminal.out(`\n${rows.length} ${rows.length === 1 ? "command" : "commands"}`);
}

/** The OpenIM versions that have a command, such as "from v3.5.0-beta.1". */
function versionsOf(webhook: Webhook | undefined): string {
  if (webhook === undefined) return "-";
  const { since, until } = webhook;
  if (until !== undefined) return `${since} to ${until}`;
  return since === "main" ? "main only" : `from ${since}`;
}
