/**
 * The definition of the command `deliveries`: what an operator can do with the outbox.
 *
 * @module
 */
import { Command, InvalidArgumentError, Option } from "commander";
import { type ChangeOptions, dropDeliveries, retryDeliveries } from "./deliveries_change.ts";
import { listDeliveries, type ListOptions } from "./deliveries_list.ts";
import { type ResumeOptions, resumeTarget } from "./deliveries_resume.ts";
import { showDelivery } from "./deliveries_show.ts";
import { progressBar } from "./progress.ts";
import type { Terminal } from "./terminal.ts";

/** Defines `deliveries list|show|retry|drop|resume`. */
export function deliveriesCommand(defaultRules: string, terminal: Terminal): Command {
  const command = new Command("deliveries").description(
    "look at the deliveries in the outbox, put them back or drop them, beside a running router",
  );
  const part = (name: string, description: string) =>
    command.command(name).description(description)
      .option("--rules <file>", "the rules file, which names the outbox", defaultRules);

  selecting(part("list", "list deliveries: those that wait, dead letters, and what is kept"))
    .option("--limit <count>", "the most lines", count, 50)
    .action((options: ListOptions) => listDeliveries(options, terminal));

  part("show", "show one delivery: its body, its headers, and how each attempt went")
    .argument("<id>", "its ID, or the beginning of it")
    .action((id: string, { rules }: { rules: string }) => showDelivery({ id, rules }, terminal));

  changing(part("retry", "make deliveries due now, dead letters by default, in their order"))
    .action((ids: string[], options: Omit<ChangeOptions, "ids">) =>
      retryDeliveries({ ...options, ids }, terminal, progressBar)
    );

  changing(part("drop", "delete deliveries for good, dead letters by default"))
    .action((ids: string[], options: Omit<ChangeOptions, "ids">) =>
      dropDeliveries({ ...options, ids }, terminal, progressBar)
    );

  part("resume", "deliver again to a target that is disabled or left alone; the router must run")
    .requiredOption("--target <name>", "the target's name in the rules file")
    .option("--url <url>", "the operator's listener (default: where the rules file says)")
    .action((options: ResumeOptions) => resumeTarget(options, terminal));
  return command;
}

/** Adds the options that choose deliveries. */
function selecting(command: Command): Command {
  return command
    .option("--target <name>", "those to a target")
    .option("--command <command>", "those of a callback command, or an alias of it")
    .addOption(
      new Option("--status <status>", "those that have a status")
        .choices(["waiting", "dead", "delivered"]),
    )
    .option("--since <duration>", "those made within the last 30m, 2h, 7d")
    .option("--age <duration>", "those made at least 30m, 2h, 7d ago");
}

/** Adds what is common to commands that change deliveries. */
function changing(command: Command): Command {
  return selecting(command.argument("[ids...]", "their IDs, or the beginnings of them"))
    .option("--all", "if nothing else says which: every dead letter", false)
    .option("--dry-run", "say what would be done, and do nothing", false);
}

function count(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("expected a number from 1 on.");
}
