import { loadContext } from "../runtime/load_context.ts";
import { type LoadedRules, loadRules } from "../config/load/load_rules.ts";
import type { Plugin } from "../extension/define_plugin.ts";
import { receiverURL } from "./receiver_url.ts";
import type { Terminal } from "./terminal.ts";
import { type WebhookEntry, webhooksFile } from "./webhooks_file.ts";

/** What to write. */
export interface WebhooksOptions {
  /** The rules file. */
  readonly rules: string;
  /** Where OpenIM reaches the router; by default the address that it listens on. */
  readonly url?: string | undefined;
}

/**
 * Prints the `webhooks.yml` of OpenIM 3.7 and later that switches on the commands which have rules.
 *
 * @throws {ConfigError} for a bad rules file, {@link UsageError} for a URL that OpenIM cannot use.
 */
export async function webhooks(
  { rules: file, url }: WebhooksOptions,
  terminal: Terminal,
): Promise<void> {
  const rules = await loadRules(file, loadContext(() => {}));
  const receiver = receiverURL(url, rules.settings.server);
  const content = {
    file,
    url: receiver,
    version: rules.settings.openim.version,
    seenFromHere: url === undefined,
    ...entriesOf(rules),
  };
  terminal.out(webhooksFile(content).trimEnd());
}

/** The keys to switch on, and what no key of the file can. */
function entriesOf({ registry, chains }: Pick<LoadedRules, "registry" | "chains">) {
  const hasRules = ({ command }: Plugin) => chains.get(command)!.links.length > 0;
  const byKey = Map.groupBy(registry.plugins.filter(isSwitched), ({ webhook }) => webhook!.key);
  const entries = [...byKey].filter(([, plugins]) => plugins.some(hasRules)).map(
    ([key, plugins]): WebhookEntry => {
      const busy = plugins.filter(hasRules);
      return {
        key,
        plugins: busy,
        idle: plugins.filter((plugin) => !busy.includes(plugin)),
        budget: Math.max(...busy.map(({ command }) => chains.get(command)!.budget)),
      };
    },
  );
  const beyond = registry.plugins.filter((plugin) => hasRules(plugin) && !isSwitched(plugin));
  return { entries, beyond };
}

/** Whether the file has a key for a command. */
function isSwitched({ webhook }: Plugin): boolean {
  return webhook !== undefined && webhook.until === undefined;
}
