/**
 * Deliveries as the pages under `/api/deliveries` show them.
 *
 * @module
 */
import { z } from "@hono/zod-openapi";
import type { KeptSummary } from "../../delivery/kept_delivery.ts";
import type { DeliveryDetails } from "./operator_deliveries.ts";
import { time, timeOf } from "./pages.ts";

/** Where a delivery is. */
export const status = z.enum(["waiting", "dead", "delivered"]).describe(
  "waiting: to be delivered; dead: given up; delivered: kept, if store.keep says so.",
);

/** A delivery in a list. */
export const delivery = z.object({
  id: z.string(),
  target: z.string(),
  command: z.string(),
  operationID: z.string(),
  orderKey: z.string().optional().describe("Deliveries of one key arrive in their order."),
  status,
  createdAt: time,
  attempts: z.int().describe("How often it has been tried."),
  dueAt: time.optional().describe("When it is tried next, if it waits."),
  endedAt: time.optional().describe("When it was delivered or given up."),
  error: z.string().optional().describe("Why the last attempt failed."),
}).openapi("Delivery");

const attempt = z.object({
  number: z.int().describe("Counted since the delivery was stored or put back."),
  at: time.describe("When it began."),
  duration: z.number().describe("Milliseconds."),
  status: z.int().optional().describe("The HTTP status, if there was an answer."),
  error: z.string().optional().describe("Why it failed, if it did."),
  answer: z.string().optional().describe("The text of the answer, cut."),
}).openapi("Attempt");

/** A delivery with all that is known of it. */
export const deliveryDetails = delivery.extend({
  headers: z.record(z.string(), z.string()).describe(
    "The headers of the next attempt; what may be a secret is masked.",
  ),
  body: z.string().describe(
    "What is delivered; secrets and variables of the rules file are masked.",
  ),
  tries: z.array(attempt).describe("Its attempts, the latest last."),
}).openapi("DeliveryDetails");

/** Field by field: what else a store knows of a delivery, such as its headers, may be secret. */
export function summaryOf(summary: KeptSummary): z.infer<typeof delivery> {
  const { id, target, command, operationID, orderKey, status, createdAt, attempts } = summary;
  const { dueAt, endedAt, error } = summary;
  return {
    id,
    target,
    command,
    operationID,
    status,
    attempts,
    ...orderKey !== "" && { orderKey },
    createdAt: timeOf(createdAt),
    ...status === "waiting" && { dueAt: timeOf(dueAt) },
    ...endedAt !== undefined && { endedAt: timeOf(endedAt) },
    ...error !== undefined && { error },
  };
}

/** As {@link summaryOf}, with body, headers and attempts. */
export function detailsOf(details: DeliveryDetails): z.infer<typeof deliveryDetails> {
  const { headers, body, tries } = details;
  return {
    ...summaryOf(details),
    headers: { ...headers },
    body,
    tries: tries.map(({ number, at, duration, status, error, answer }) => ({
      number,
      at: timeOf(at),
      duration,
      ...status !== undefined && { status },
      ...error !== undefined && { error },
      ...answer !== undefined && { answer },
    })),
  };
}
