import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { duration, milliseconds } from "../../values/duration.ts";
import { delivery, deliveryDetails, detailsOf, status, summaryOf } from "./delivery_pages.ts";
import type { OperatorSources } from "./operator_context.ts";
import type {
  DeliveryChange,
  DeliveryFilter,
  DeliveryStatus,
} from "../../delivery/kept_delivery.ts";
import { type OperatorDeliveries, OutboxUnavailable } from "./operator_deliveries.ts";
import { failure, inJson, newRoutes } from "./pages.ts";

/** What chooses deliveries, as `deno task deliveries` has it. */
const choosing = {
  target: z.string().optional().describe("Those to a target."),
  command: z.string().optional().describe("Those of a callback command, or an alias of it."),
  status: status.optional().describe("Those that have a status."),
  since: duration.optional().describe('Those made within the last "30m", "2h", "7d".'),
  age: duration.optional().describe('Those made at least "30m", "2h", "7d" ago.'),
};

const page = z.object({
  deliveries: z.array(delivery),
  next: z.int().optional().describe("Give it as after for the next page; absent on the last."),
}).openapi("DeliveryPage");

const choice = z.strictObject({
  ids: z.array(z.string()).min(1).max(1000).optional().describe("Whole IDs."),
  ...choosing,
  status: status.optional().describe("Those that have a status; dead if it is left out."),
  all: z.boolean().default(false).describe("If nothing else says which: every dead letter."),
  dryRun: z.boolean().default(false).describe("Say what would be done, and do nothing."),
}).openapi("DeliveryChoice");

const change = z.object({
  change: z.enum(["retry", "drop"]),
  dryRun: z.boolean().describe("Whether nothing was done."),
  count: z.int().describe("How many deliveries were changed, or would be."),
  first: z.array(delivery).optional().describe("Of a dry run, the first of them."),
}).openapi("DeliveryChange");

const one = z.object({ id: z.string().describe("Its whole ID.") });
const oneChange = {
  params: one,
  query: z.object({
    dryRun: z.stringbool().default(false).describe("Say what would be done, and do nothing."),
  }),
};
const unexpected = inJson("What was sent is not as expected.", failure);
const unavailable = inJson("The outbox cannot do it, or not to its end.", failure);
const gone = inJson("The outbox does not hold it.", failure);
const changed = inJson("It is done.", change);
const manyChange = {
  body: { required: true, content: { "application/json": { schema: choice } } },
};

const listRoute = createRoute({
  method: "get",
  path: "/deliveries",
  summary: "Deliveries in the order of storing: those that wait, dead letters, and what is kept",
  request: {
    query: z.object({
      ...choosing,
      after: z.coerce.number().int().min(0).default(0).describe("The next of the page before."),
      limit: z.coerce.number().int().min(1).max(500).default(50),
    }),
  },
  responses: { 200: inJson("A page.", page), 400: unexpected, 503: unavailable },
});

const showRoute = createRoute({
  method: "get",
  path: "/deliveries/{id}",
  summary: "A delivery: its body, its headers, and how each attempt went",
  request: { params: one },
  responses: { 200: inJson("The delivery.", deliveryDetails), 404: gone, 503: unavailable },
});

const retryManyRoute = createRoute({
  method: "post",
  path: "/deliveries/retry",
  summary: "Make deliveries due now, dead letters by default, in their order",
  request: manyChange,
  responses: { 200: changed, 400: unexpected, 503: unavailable },
});

const dropManyRoute = createRoute({
  method: "post",
  path: "/deliveries/drop",
  summary: "Delete deliveries for good, dead letters by default",
  request: manyChange,
  responses: { 200: changed, 400: unexpected, 503: unavailable },
});

const retryRoute = createRoute({
  method: "post",
  path: "/deliveries/{id}/retry",
  summary: "Make a delivery due now, whatever it was",
  request: oneChange,
  responses: { 200: changed, 400: unexpected, 404: gone, 503: unavailable },
});

const dropRoute = createRoute({
  method: "post",
  path: "/deliveries/{id}/drop",
  summary: "Delete a delivery for good, whatever it was",
  request: oneChange,
  responses: { 200: changed, 400: unexpected, 404: gone, 503: unavailable },
});

const notHeld = { error: "the outbox holds no such delivery; it may have been delivered" };
const sayWhich = {
  error: 'say which deliveries: "ids", "target", "command", "status", "since", "age" or "all"',
};

/** Deliveries and dead letters, one by one and many at once. */
export function deliveryRoutes(
  deliveries: OperatorDeliveries,
  { rules, now }: Pick<OperatorSources, "rules" | "now">,
): OpenAPIHono {
  const routes = newRoutes();
  routes.onError((error, { json }) => {
    if (error instanceof OutboxUnavailable) return json({ error: error.message }, 503);
    throw error;
  });
  const filterOf = ({ ids, target, command, status, since, age }: Chosen): DeliveryFilter => ({
    wholeIDs: ids,
    target,
    statuses: status && [status],
    // a plugin that is gone may have left some
    command: command && (rules().registry.find(command)?.command ?? command),
    madeFrom: since === undefined ? undefined : now() - milliseconds(since),
    madeUntil: age === undefined ? undefined : now() - milliseconds(age),
  });

  routes.openapi(listRoute, async (context) => {
    const { after, limit, ...chosen } = context.req.valid("query");
    const { deliveries: found, next } = await deliveries.list({
      ...filterOf(chosen),
      after,
      limit,
    });
    const listed = found.map(summaryOf);
    return context.json({ deliveries: listed, ...next !== undefined && { next } }, 200);
  });
  routes.openapi(showRoute, async (context) => {
    const found = await deliveries.show(context.req.valid("param").id);
    if (found === undefined) return context.json(notHeld, 404);
    return context.json(detailsOf(found), 200);
  });
  for (
    const [kind, many, single] of [
      ["retry", retryManyRoute, retryRoute],
      ["drop", dropManyRoute, dropRoute],
    ] as const
  ) {
    routes.openapi(many, async (context) => {
      const { all, dryRun, ...chosen } = context.req.valid("json");
      if (!all && Object.keys(chosen).length === 0) return context.json(sayWhich, 400);
      const filter = filterOf({ ...chosen, status: chosen.status ?? "dead" });
      const done = await deliveries[kind]({ ...filter, dryRun });
      return context.json(changeOf(kind, dryRun, done), 200);
    });
    routes.openapi(single, async (context) => {
      const { id } = context.req.valid("param");
      const { dryRun } = context.req.valid("query");
      const done = await deliveries[kind]({ wholeIDs: [id], dryRun });
      if (done.count === 0) return context.json(notHeld, 404);
      return context.json(changeOf(kind, dryRun, done), 200);
    });
  }
  return routes;
}

/** What chooses deliveries, as it was sent. */
interface Chosen {
  readonly ids?: readonly string[] | undefined;
  readonly target?: string | undefined;
  readonly command?: string | undefined;
  readonly status?: DeliveryStatus | undefined;
  readonly since?: string | undefined;
  readonly age?: string | undefined;
}

function changeOf(kind: "retry" | "drop", dryRun: boolean, { count, first }: DeliveryChange) {
  return { change: kind, dryRun, count, ...dryRun && { first: first.map(summaryOf) } };
}
