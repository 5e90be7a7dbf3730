/**
 * Writes OpenIM's `webhooks.yml`, with comments on what its keys do not show. `docs/openim.md` says
 * how each version reads them.
 *
 * @module
 */
import { Document, type Scalar, type YAMLMap } from "yaml";
import { isWithin } from "../openim/versions.ts";
import type { Plugin, Webhook } from "../extension/define_plugin.ts";

/** A key to switch on. */
export interface WebhookEntry {
  readonly key: string;
  /** The commands with rules that it switches on. */
  readonly plugins: readonly Plugin[];
  /** The commands without rules that it switches on as well. */
  readonly idle: readonly Plugin[];
  /** The longest budget of their chains, milliseconds. */
  readonly budget: number;
}

/** What the file says. */
export interface WebhooksContent {
  /** The rules file that it comes from. */
  readonly file: string;
  readonly url: string;
  /** The version of OpenIM that the rules file names. */
  readonly version: string | undefined;
  /** Whether the URL is that of the listener, which OpenIM on another machine may not reach. */
  readonly seenFromHere: boolean;
  readonly entries: readonly WebhookEntry[];
  /** Commands with rules that no key of the file switches on. */
  readonly beyond: readonly Plugin[];
}

/** What OpenIM waits at most, seconds, whatever `timeout` says. */
const longestTimeout = 15;

/** The text of the file. */
export function webhooksFile(content: WebhooksContent): string {
  const { url, entries, beyond } = content;
  const document = new Document({
    url,
    ...Object.fromEntries(entries.map((entry) => [entry.key, settingsOf(entry)])),
  });
  document.commentBefore = comment(headOf(content));
  const { items } = document.contents as YAMLMap<Scalar<string>, unknown>;
  for (const [index, entry] of entries.entries()) {
    const { key } = items[index + 1]!;
    key.spaceBefore = true;
    key.commentBefore = comment(notesOf(entry, content.version));
  }
  if (beyond.length > 0) document.comment = comment(beyondLines(beyond));
  return document.toString({ lineWidth: 0 });
}

function settingsOf({ plugins, idle, budget }: WebhookEntry) {
  const timeout = Math.min(Math.ceil(budget / 1000) + 1, longestTimeout);
  const isBefore = [...plugins, ...idle].some((plugin) => plugin.timing === "before");
  // entries of after-callbacks do not have the key, and a strict reader refuses it
  return { enable: true, timeout, ...isBefore ? { failedContinue: true } : {} };
}

const headOf = ({ file, seenFromHere }: WebhooksContent) => [
  `webhooks.yml of OpenIM 3.7 and later, from ${file}: the commands that have rules are switched`,
  "on, all others are off. Restart OpenIM's services after a change.",
  "timeout: the chain's budget and a second, in whole seconds; OpenIM waits 15 at most.",
  "failedContinue: no version since 3.7 reads it; what gets no answer in time is refused.",
  "attentionIds, deniedTypes and allowedTypes are left out, so that every message is sent; for an",
  "empty attentionIds 3.8.0 and 3.8.1 send none.",
  ...seenFromHere ? ["url: as this machine reaches the router; name another with --url."] : [],
];

function notesOf(
  { plugins, idle, budget }: WebhookEntry,
  version: string | undefined,
): readonly string[] {
  const all = [...plugins, ...idle];
  return [
    plugins.map(({ command }) => command).join(", "),
    ...all.length > 1 ? [`one key for ${all.length} commands`] : [],
    ...idle.map(({ command }) => `switches on ${command} too, which has no rules`),
    ...plugins.flatMap(({ webhook }) => versionNotes(webhook!, version)),
    ...budget >= longestTimeout * 1000
      ? [`the chain's budget of ${budget} ms is more than OpenIM waits; lower it`]
      : [],
  ];
}

function versionNotes({ since, unsent }: Webhook, version: string | undefined): readonly string[] {
  const isKnown = version !== undefined && isWithin(version, { from: since });
  return [
    ...isKnown
      ? []
      : since === "main"
      ? ["the main branch alone: up to v3.8.3 the key does nothing"]
      : isWithin(since, { from: "v3.7.0" })
      ? [`since ${since}: before, the key does nothing`]
      : [],
    ...unsent === undefined ? [] : [`not sent by ${unsent}: there, the key does nothing`],
  ];
}

function beyondLines(plugins: readonly Plugin[]): readonly string[] {
  return [
    "Commands that have rules and that no key of this file switches on:",
    ...plugins.map(({ command, webhook }) =>
      webhook === undefined
        ? `  ${command}: its plugin names no key`
        : `  ${command}: ${webhook.since} to ${webhook.until} alone, by ${webhook.key} in config.yaml`
    ),
  ];
}

function comment(lines: readonly string[]): string {
  return lines.map((line) => ` ${line}`).join("\n");
}
