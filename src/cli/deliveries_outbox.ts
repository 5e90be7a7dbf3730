import { loadContext } from "../app.ts";
import { besideRules, type LoadedRules, loadRules } from "../config/load_rules.ts";
import { OutboxDesk } from "../stores/outbox_desk.ts";
import { OutboxFileError } from "../stores/outbox_file_error.ts";
import { UsageError } from "./usage_error.ts";

/** Deliveries that are queued in one transaction; the router waits no longer than for this. */
const queuedAtOnce = 500;

/** An outbox with the rules that it belongs to. */
export interface OpenedOutbox extends Disposable {
  readonly desk: OutboxDesk;
  readonly rules: LoadedRules;
}

/**
 * Opens the outbox of a rules file.
 *
 * @throws {ConfigError} for a bad rules file, {@link UsageError} where there is no outbox to read.
 */
export async function openOutboxOf(file: string): Promise<OpenedOutbox> {
  const rules = await loadRules(file, loadContext(() => {}));
  const path = besideRules(file, rules.settings.store.path);
  const desk = await openDesk(path);
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
    const desk = new OutboxDesk(path);
    queueStaged(desk);
    return desk;
  } catch (cause) {
    if (cause instanceof OutboxFileError) throw new UsageError(cause.message, { cause });
    throw cause;
  }
}

/** Queues what the router holds back under load: an operator is to see and to reach all that waits. */
function queueStaged(desk: OutboxDesk): void {
  const now = Date.now();
  try {
    while (desk.queueStaged(queuedAtOnce, now).more);
  } catch {
    // on a full disk: what is queued already can be looked at all the same
  }
}
