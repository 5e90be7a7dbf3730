import type { LoadedRules } from "./config/load_rules.ts";
import { deliveryHeaders } from "./delivery/delivery_headers.ts";
import type { DeliveryThreads } from "./delivery/delivery_threads.ts";
import type { DeliveryFilter as Filter } from "./delivery/kept_delivery.ts";
import {
  type DeliveryFilter,
  type OperatorDeliveries,
  OutboxUnavailable,
} from "./http/operator/operator_deliveries.ts";
import { targetsOf } from "./targets.ts";

/** What the operator's deliveries are made from. */
export interface OperatorDeliveriesContext {
  /** Asks the outbox; throws or rejects where it cannot be asked. */
  readonly ask: DeliveryThreads["ask"];
  /** The rules in force: the headers of an attempt are their affair. */
  readonly rules: () => Pick<LoadedRules, "settings" | "file">;
}

/** The deliveries of a running router's outbox, for its operator. */
export function operatorDeliveries(
  { ask, rules }: OperatorDeliveriesContext,
): OperatorDeliveries {
  const asked: DeliveryThreads["ask"] = async (question) => {
    try {
      return await ask(question);
    } catch (cause) {
      throw new OutboxUnavailable((cause as Error).message, { cause });
    }
  };
  return {
    list({ after, limit, ...filter }) {
      return asked({ kind: "list", filter: filterOf(filter), after, limit });
    },
    async show(id) {
      const shown = await asked({ kind: "show", id });
      if (shown === undefined) return undefined;
      const { delivery, attempts: tries } = shown;
      const { settings, file } = rules();
      const target = targetsOf(settings, file).find(({ name }) => name === delivery.target);
      return { ...delivery, headers: deliveryHeaders(delivery, target), tries };
    },
    retry: ({ dryRun, ...filter }) => asked({ kind: "retry", filter: filterOf(filter), dryRun }),
    drop: ({ dryRun, ...filter }) => asked({ kind: "drop", filter: filterOf(filter), dryRun }),
  };
}

function filterOf({ ids, status, ...rest }: DeliveryFilter): Filter {
  return { ...rest, wholeIDs: ids, statuses: status && [status] };
}
