import { loadContext } from "../app.ts";
import { loadRules } from "../config/load_rules.ts";
import { columns, type Terminal } from "./terminal.ts";

/** Prints the commands that a rules file's plugins make known. */
export async function listPlugins(file: string, terminal: Terminal): Promise<void> {
  const { registry } = await loadRules(file, loadContext(() => {}));
  const rows = registry.plugins.map(({ command, timing, area, aliases, summary }) => [
    command,
    timing,
    area,
    aliases.join(", ") || "-",
    summary,
  ]);
  terminal.out(columns(["command", "timing", "area", "aliases", "summary"], rows));
  terminal.out(`\n${rows.length} ${rows.length === 1 ? "command" : "commands"}`);
}
