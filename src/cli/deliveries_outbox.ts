import { loadContext } from "../runtime/load_context.ts";
import { besideRules, type LoadedRules, loadRules } from "../config/load/load_rules.ts";
import { OutboxAdmin } from "../stores/outbox_admin.ts";
import { OutboxFileError } from "../stores/outbox_file_error.ts";
import { UsageError } from "./terminal.ts";

/** An outbox with the rules that it belongs to. */
export interface OpenedOutbox extends Disposable {
  readonly admin: OutboxAdmin;
  readonly rules: LoadedRules;
}

/**
 * Opens the outbox of a rules file.
 *
 * @throws {ConfigError} for a bad rules file, {@link UsageError} if there is no outbox to read.
 */
export async function openOutboxOf(file: string): Promise<OpenedOutbox> {
  const rules = await loadRules(file, loadContext(() => {}));
  const admin = await openAdmin(besideRules(file, rules.settings.store.path));
  return { admin, rules, [Symbol.dispose]: () => admin[Symbol.dispose]() };
}

async function openAdmin(path: string): Promise<OutboxAdmin> {
  try {
    await Deno.stat(path);
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw cause;
    throw new UsageError(`there is no outbox ${path}: a router that has been started makes it`);
  }
  try {
    return new OutboxAdmin(path);
  } catch (cause) {
    if (cause instanceof OutboxFileError) throw new UsageError(cause.message, { cause });
    throw cause;
  }
}
