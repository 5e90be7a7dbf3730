import { loadContext } from "../runtime/start_router.ts";
import { besideRules, type LoadedRules, loadRules } from "../config/load/load_rules.ts";
import { DamagedPackError } from "../delivery/packed_deliveries.ts";
import { OutboxDesk } from "../stores/outbox_desk.ts";
import { OutboxFileError } from "../stores/outbox_file_error.ts";
import type { Terminal } from "./terminal.ts";
import { UsageError } from "./usage_error.ts";

/** Deliveries that are queued in one transaction; the router waits no longer than for this. */
const queuedAtOnce = 500;
/** How long the router may write between two, milliseconds: SQLite lets nobody wait in a line. */
const gap = 20;

/** An outbox with the rules that it belongs to. */
export interface OpenedOutbox extends Disposable {
  readonly desk: OutboxDesk;
  readonly rules: LoadedRules;
}

/**
 * Opens the outbox of a rules file, and queues what the router holds back under load: an operator is
 * to see and to reach all that waits. Who only looks is shown the rest where that fails, as on a full
 * disk.
 *
 * @throws {ConfigError} for a bad rules file, {@link UsageError} where there is no outbox to read.
 */
export async function openOutboxOf(
  file: string,
  terminal: Terminal,
  { toChange }: { readonly toChange: boolean },
): Promise<OpenedOutbox> {
  const rules = await loadRules(file, loadContext(() => {}));
  const path = besideRules(file, rules.settings.store.path);
  const desk = await openDesk(path);
  try {
    await queueStaged(desk, terminal);
  } catch (error) {
    if (toChange) {
      desk[Symbol.dispose]();
      throw error;
    }
  }
  return { desk, rules, [Symbol.dispose]: () => desk[Symbol.dispose]() };
}

async function openDesk(path: string): Promise<OutboxDesk> {
  try {
    await Deno.stat(path);
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw cause;
    throw new UsageError(`there is no outbox ${path}: a router that has been started makes it`);
  }
  try {
    return new OutboxDesk(path);
  } catch (cause) {
    if (cause instanceof OutboxFileError) throw new UsageError(cause.message, { cause });
    throw cause;
  }
}

async function queueStaged(desk: OutboxDesk, terminal: Terminal): Promise<void> {
  const now = Date.now();
  for (let more = true; more;) {
    const left = desk.queueStaged(queuedAtOnce, now);
    for (const pack of left.damaged) terminal.err(new DamagedPackError(pack).message);
    more = left.more;
    if (more) await new Promise((resolve) => setTimeout(resolve, gap));
  }
}
