import type { LoadedRules } from "../config/load/load_rules.ts";
import { duration, milliseconds } from "../values/duration.ts";
import { didYouMean } from "../values/nearest_name.ts";
import type { Registry } from "../plugins/registry.ts";
import type { DeliveryFilter, DeliveryStatus } from "../delivery/kept_delivery.ts";
import { UsageError } from "./terminal.ts";

/** The options that choose deliveries, as they are written. */
export interface SelectionOptions {
  readonly target?: string;
  readonly command?: string;
  readonly status?: DeliveryStatus;
  /** Made within so long. */
  readonly since?: string;
  /** Made at least so long ago. */
  readonly age?: string;
}

/**
 * The filter that the options mean.
 *
 * @throws {UsageError} for a duration that is none.
 */
export function filterOf(
  { target, command, status, since, age }: SelectionOptions,
  { now, registry }: { readonly now: number; readonly registry: Pick<Registry, "find"> },
): DeliveryFilter {
  return {
    target,
    command: command === undefined ? undefined : canonical(command, registry),
    statuses: status === undefined ? undefined : [status],
    madeFrom: since === undefined ? undefined : now - span("--since", since),
    madeUntil: age === undefined ? undefined : now - span("--age", age),
  };
}

function span(option: string, text: string): number {
  const read = duration.safeParse(text);
  if (read.success) return milliseconds(read.data);
  throw new UsageError(`${option} ${text}: expected a duration such as "30m", "2h" or "7d"`);
}

/**
 * A hint about unknown names that have chosen nothing: `; ...`, or an empty text.
 * They are no error, since deliveries outlive the targets and plugins that they are from.
 */
export function unknownNames(
  { target, command }: SelectionOptions,
  { settings: { targets }, registry }: Pick<LoadedRules, "settings" | "registry">,
): string {
  const names: string[] = [];
  if (target !== undefined && !Object.hasOwn(targets, target)) {
    const hint = didYouMean(target, Object.keys(targets));
    names.push(`; the rules file has no target "${target}"${hint}`);
  }
  if (command !== undefined && registry.find(command) === undefined) {
    const near = registry.suggest(command);
    const hint = near === undefined ? "" : `, did you mean "${near}"?`;
    names.push(`; there is no command "${command}"${hint}`);
  }
  return names.join("");
}

/** The name under which deliveries are stored; a plugin that is gone may have left some. */
function canonical(command: string, registry: Pick<Registry, "find">): string {
  return registry.find(command)?.command ?? command;
}
