import type { LoadedRules } from "../config/load/load_rules.ts";
import { deliveryHeaders } from "../delivery/delivery_headers.ts";
import type { DeliveryThread } from "../delivery/delivery_thread.ts";
import { type OperatorDeliveries, OutboxUnavailable } from "../operator/api/operator_deliveries.ts";
import { targetsOf } from "./targets.ts";
import { messageOf } from "../values/thrown.ts";

/** What masked deliveries are made from. */
export interface MaskedDeliveriesContext {
  /** Asks the outbox; throws or rejects if it cannot be asked. */
  readonly ask: DeliveryThread["ask"];
  /** The rules in force: the headers of an attempt are their affair. */
  readonly rules: () => Pick<LoadedRules, "settings" | "file">;
  /** Hides secrets in a body, and in what a target said, which may quote whatever it was sent. */
  readonly mask: (text: string) => string;
}

/** The deliveries of a running router's outbox, for its operator: without secrets. */
export function maskedDeliveries(
  { ask, rules, mask }: MaskedDeliveriesContext,
): OperatorDeliveries {
  const asked: DeliveryThread["ask"] = async (question) => {
    try {
      return await ask(question);
    } catch (cause) {
      throw new OutboxUnavailable(messageOf(cause), { cause });
    }
  };
  return {
    async list({ after, limit, ...filter }) {
      const page = await asked({ kind: "list", filter, after, limit });
      return { ...page, deliveries: page.deliveries.map((found) => maskedSaying(found, mask)) };
    },
    async show(id) {
      const shown = await asked({ kind: "show", id });
      if (shown === undefined) return undefined;
      const { delivery, attempts: tries } = shown;
      const { settings, file } = rules();
      const target = targetsOf(settings, file).find(({ name }) => name === delivery.target);
      return {
        ...maskedSaying(delivery, mask),
        body: mask(delivery.body),
        headers: deliveryHeaders(delivery, target),
        tries: tries.map((attempt) => maskedSaying(attempt, mask)),
      };
    },
    async retry({ dryRun, ...filter }) {
      const change = await asked({ kind: "retry", filter, dryRun });
      return { ...change, first: change.first.map((found) => maskedSaying(found, mask)) };
    },
    async drop({ dryRun, ...filter }) {
      const change = await asked({ kind: "drop", filter, dryRun });
      return { ...change, first: change.first.map((found) => maskedSaying(found, mask)) };
    },
  };
}

/** The same with its key, and what a target said or what was said of it, without secrets. */
function maskedSaying<
  Said extends {
    readonly orderKey?: string;
    readonly error?: string | undefined;
    readonly answer?: unknown;
  },
>(
  said: Said,
  mask: (text: string) => string,
): Said {
  const { orderKey, error, answer } = said;
  return {
    ...said,
    ...orderKey !== undefined && { orderKey: mask(orderKey) },
    ...error !== undefined && { error: mask(error) },
    ...typeof answer === "string" && { answer: mask(answer) },
  };
}
