import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { CounterWindow } from "../../chain/counters.ts";
import type { OperatorSources } from "./operator_context.ts";
import { failure, inJson, newRoutes } from "./pages.ts";

const counter = z.object({
  name: z.string().describe("The name in the rules file."),
  windows: z.array(z.string()).describe("The stretches of time that it looks back on."),
  keys: z.int().describe("The keys that it keeps."),
  evictions: z.int().describe("The keys that it forgot because there were too many."),
}).openapi("Counter");

const totals = z.record(z.string(), z.number()).describe("The totals by window.");

const keyTotals = z.object({ key: z.string(), totals }).openapi("KeyTotals");

const counterKeys = counter.extend({
  top: z.array(keyTotals).describe("The keys with the highest totals, the highest first."),
}).openapi("CounterKeys");

const name = z.object({ name: z.string().describe("The counter's name.") });

const listRoute = createRoute({
  method: "get",
  path: "/counters",
  summary: "The counters",
  responses: { 200: inJson("The counters.", z.array(counter)) },
});

const topRoute = createRoute({
  method: "get",
  path: "/counters/{name}",
  summary: "A counter and its top keys",
  request: {
    params: name,
    query: z.object({
      top: z.coerce.number().int().min(1).max(1000).default(20).describe("How many keys."),
      window: z.string().optional().describe("By which window; by the first if left out."),
    }),
  },
  responses: {
    200: inJson("The counter.", counterKeys),
    400: inJson("A parameter is not as expected.", failure),
    404: inJson("There is no such counter.", failure),
  },
});

const keyRoute = createRoute({
  method: "get",
  path: "/counters/{name}/key",
  summary: "The totals of one key",
  request: { params: name, query: z.object({ key: z.string() }) },
  responses: {
    200: inJson("The key.", keyTotals),
    400: inJson("A parameter is not as expected.", failure),
    404: inJson("There is no such counter, or it does not keep the key.", failure),
  },
});

/** The live counters by name and key. */
export function counterRoutes(
  { rules, elapsed }: Pick<OperatorSources, "rules" | "elapsed">,
): OpenAPIHono {
  const routes = newRoutes();
  const find = (name: string) =>
    rules().counters.figures().find((counter) => counter.name === name);

  routes.openapi(listRoute, (context) => {
    const all = rules().counters.figures();
    return context.json(all.map((figures) => ({ ...figures, windows: labels(figures) })), 200);
  });
  routes.openapi(topRoute, async (context) => {
    const figures = find(context.req.valid("param").name);
    if (figures === undefined) return context.json({ error: noSuchCounter }, 404);
    const { top: limit, window: label } = context.req.valid("query");
    const window = label === undefined ? 0 : labels(figures).indexOf(label);
    if (window < 0) {
      return context.json({ error: `window: expected one of ${labels(figures).join(", ")}` }, 400);
    }
    const top = await rules().counters.top(figures.name, { window, limit, now: elapsed() });
    return context.json({
      ...figures,
      windows: labels(figures),
      top: top.map(({ key, totals }) => ({ key, totals: byWindow(figures, totals) })),
    }, 200);
  });
  routes.openapi(keyRoute, (context) => {
    const figures = find(context.req.valid("param").name);
    if (figures === undefined) return context.json({ error: noSuchCounter }, 404);
    const { key } = context.req.valid("query");
    const totals = rules().counters.totals(figures.name, key, elapsed());
    if (totals === undefined) return context.json({ error: "the counter keeps no such key" }, 404);
    return context.json({ key, totals: byWindow(figures, totals) }, 200);
  });
  return routes;
}

const noSuchCounter = "there is no such counter; /api/counters lists them";

interface Windowed {
  readonly windows: readonly CounterWindow[];
}

function labels({ windows }: Windowed): string[] {
  return windows.map(({ label }) => label);
}

function byWindow({ windows }: Windowed, totals: readonly number[]): Record<string, number> {
  return Object.fromEntries(windows.map(({ label }, index) => [label, totals[index] ?? 0]));
}
