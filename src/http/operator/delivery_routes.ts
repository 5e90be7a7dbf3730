import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { DeliverySummary, OperatorDeliveries } from "./operator_deliveries.ts";
import { failure, inJson, newRoutes, time, timeOf } from "./pages.ts";

const delivery = z.object({
  id: z.string(),
  target: z.string(),
  command: z.string(),
  operationID: z.string(),
  state: z.enum(["waiting", "dead"]).describe("dead: given up."),
  createdAt: time,
  attempts: z.int().describe("How often it has been tried."),
  dueAt: time.optional().describe("When it is tried next."),
  error: z.string().optional().describe("Why the last attempt failed."),
}).openapi("Delivery");

const deliveryWithBody = delivery.extend({
  body: z.string().describe("What is delivered."),
}).openapi("DeliveryWithBody");

const done = z.object({ id: z.string(), done: z.enum(["retry", "drop"]) }).openapi("Done");

const one = z.object({ id: z.string() });
const gone = inJson("The outbox does not hold it.", failure);

const listRoute = createRoute({
  method: "get",
  path: "/deliveries",
  summary: "Deliveries that wait, or dead letters; the oldest first",
  request: {
    query: z.object({
      state: z.enum(["waiting", "dead"]).default("dead"),
      target: z.string().optional(),
      limit: z.coerce.number().int().min(1).max(1000).default(50),
    }),
  },
  responses: {
    200: inJson("The deliveries.", z.array(delivery)),
    400: inJson("A parameter is not as expected.", failure),
  },
});

const showRoute = createRoute({
  method: "get",
  path: "/deliveries/{id}",
  summary: "A delivery with its body",
  request: { params: one },
  responses: { 200: inJson("The delivery.", deliveryWithBody), 404: gone },
});

const retryRoute = createRoute({
  method: "post",
  path: "/deliveries/{id}/retry",
  summary: "Deliver now, even a dead letter",
  request: { params: one },
  responses: { 200: inJson("It is due now.", done), 404: gone },
});

const dropRoute = createRoute({
  method: "post",
  path: "/deliveries/{id}/drop",
  summary: "Delete a delivery for good",
  request: { params: one },
  responses: { 200: inJson("It is deleted.", done), 404: gone },
});

const notHeld = { error: "the outbox holds no such delivery; it may have been delivered" };

/** Deliveries and dead letters one by one. */
export function deliveryRoutes(deliveries: OperatorDeliveries): OpenAPIHono {
  const routes = newRoutes();
  routes.openapi(listRoute, async (context) => {
    const found = await deliveries.list(context.req.valid("query"));
    return context.json(found.map(summaryOf), 200);
  });
  routes.openapi(showRoute, async (context) => {
    const found = await deliveries.show(context.req.valid("param").id);
    if (found === undefined) return context.json(notHeld, 404);
    return context.json({ ...summaryOf(found), body: found.body }, 200);
  });
  routes.openapi(retryRoute, async (context) => {
    const { id } = context.req.valid("param");
    if (!await deliveries.retry(id)) return context.json(notHeld, 404);
    return context.json({ id, done: "retry" as const }, 200);
  });
  routes.openapi(dropRoute, async (context) => {
    const { id } = context.req.valid("param");
    if (!await deliveries.drop(id)) return context.json(notHeld, 404);
    return context.json({ id, done: "drop" as const }, 200);
  });
  return routes;
}

/** Field by field: what else a store knows of a delivery, such as its headers, may be secret. */
function summaryOf(delivery: DeliverySummary) {
  const { id, target, command, operationID, state, createdAt, attempts, dueAt, error } = delivery;
  return {
    ...{ id, target, command, operationID, state, attempts },
    createdAt: timeOf(createdAt),
    ...dueAt !== undefined && { dueAt: timeOf(dueAt) },
    ...error !== undefined && { error },
  };
}
