import type { DeliveryFilter } from "../delivery/kept_delivery.ts";
import type { OutboxAdmin } from "../stores/outbox_admin.ts";
import { deliveriesText } from "./deliveries_list.ts";
import { openOutboxOf } from "./deliveries_outbox.ts";
import { filterOf, type SelectionOptions, unknownNames } from "./deliveries_selection.ts";
import type { StartProgress } from "./progress.ts";
import { columns, type Terminal, UsageError } from "./terminal.ts";

/** Which deliveries to change. */
export interface ChangeOptions extends SelectionOptions {
  /** The rules file. */
  readonly rules: string;
  /** IDs, or beginnings of them; with options, those of them that the options mean. */
  readonly ids: readonly string[];
  /** Say what would be done, and do nothing. */
  readonly dryRun: boolean;
  /** Where neither IDs nor options are given: all that have the status. */
  readonly all: boolean;
}

/** A change that an operator makes to many deliveries. */
interface Change {
  readonly verb: string;
  readonly done: string;
  readonly hint: string;
  apply(admin: OutboxAdmin, sequences: readonly number[]): number;
}

/** Deliveries that are changed in one transaction; the router waits no longer than for this. */
const atOnce = 500;
/** Deliveries that a dry run names. */
const named = 10;

/** Puts deliveries back, dead letters by default: they are sent in the order of storing. */
export function retryDeliveries(
  options: ChangeOptions,
  terminal: Terminal,
  progress: StartProgress,
): Promise<void> {
  // one time for all, so that they are due in the order of storing
  const now = Date.now();
  return change(options, terminal, progress, {
    verb: "put back",
    done: "put back",
    hint: "; a running router sends them within seconds",
    apply: (admin, sequences) => admin.putBack(sequences, now),
  });
}

/** Deletes deliveries for good, dead letters by default. */
export function dropDeliveries(
  options: ChangeOptions,
  terminal: Terminal,
  progress: StartProgress,
): Promise<void> {
  return change(options, terminal, progress, {
    verb: "drop",
    done: "dropped",
    hint: "",
    apply: (admin, sequences) => admin.drop(sequences),
  });
}

async function change(
  options: ChangeOptions,
  terminal: Terminal,
  progress: StartProgress,
  { verb, done, hint, apply }: Change,
): Promise<void> {
  if (!options.all && !narrows(options)) {
    throw new UsageError(`say which deliveries to ${verb}: IDs, options, or --all`);
  }
  // it is the beginning of every ID, and what a variable of a shell that is not set leaves
  if (options.ids.includes("")) throw new UsageError("an ID is empty; give the beginning of one");
  using outbox = await openOutboxOf(options.rules);
  const { admin, rules } = outbox;
  const unknown = options.ids.filter((id) => admin.list({ ids: [id] }, 1).length === 0);
  if (unknown.length > 0) {
    throw new UsageError(
      `there is no delivery ${unknown.join(", ")}: "deliveries list" shows what there is`,
    );
  }
  const chosen = filterOf({ status: "dead", ...options }, { now: Date.now(), ...rules });
  const filter = options.ids.length === 0 ? chosen : { ...chosen, ids: options.ids };
  const sequences = admin.sequences(filter);
  if (sequences.length === 0 && options.ids.length > 0) {
    throw new UsageError(
      "the options choose none of the deliveries that are named (without --status dead letters " +
        'alone are meant): "deliveries show" shows each',
    );
  }
  if (sequences.length === 0) {
    const nothing = options.dryRun ? `would ${verb}` : done;
    return terminal.out(`${nothing} ${deliveriesText(0)}${unknownNames(options, rules)}`);
  }
  if (options.dryRun) return terminal.out(dryRun(admin, filter, verb, sequences.length));
  const bar = progress(verb, sequences.length);
  let changed = 0;
  try {
    for (let at = 0; at < sequences.length; at += atOnce) {
      const part = sequences.slice(at, at + atOnce);
      changed += apply(admin, part);
      bar.advance(part.length);
    }
  } finally {
    bar.end();
  }
  terminal.out(`${done} ${deliveriesText(changed)}${changed > 0 ? hint : ""}`);
}

function narrows({ ids, target, command, since, age, status }: ChangeOptions): boolean {
  return ids.length > 0 ||
    [target, command, since, age, status].some((option) => option !== undefined);
}

function dryRun(admin: OutboxAdmin, filter: DeliveryFilter, verb: string, count: number): string {
  const rows = admin.list(filter, named).map((
    delivery,
  ) => [delivery.id, delivery.status, delivery.target, delivery.command]);
  const more = count > named ? `\nand ${count - named} more` : "";
  return `would ${verb} ${deliveriesText(count)}:\n${
    columns(["id", "status", "target", "command"], rows)
  }${more}`;
}
