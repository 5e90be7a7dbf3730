import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { OperatorSources } from "./operator_context.ts";
import { failure, inJson, newRoutes, time, timeOf } from "./pages.ts";

const recentRule = z.object({
  rule: z.string().describe("The place in the rules file."),
  use: z.string(),
  outcome: z.enum(["pass", "override", "refuse", "fail", "skipped"]),
  skipped: z.enum(["when", "group", "refused", "stopped"]).optional().describe(
    "Why it did not run.",
  ),
  error: z.string().optional().describe("Why it failed."),
  duration: z.number().describe("Milliseconds."),
}).openapi("RecentRule");

const recentCallback = z.object({
  at: time.describe("When it came."),
  command: z.string(),
  operationID: z.string(),
  verdict: z.enum(["continue", "refuse"]),
  code: z.int().optional().describe("The errCode of a refusal."),
  duration: z.number().describe("How long its chain took, milliseconds."),
  rules: z.array(recentRule),
}).openapi("RecentCallback");

const callbacksRoute = createRoute({
  method: "get",
  path: "/callbacks",
  summary: "Recent callbacks with what their rules did, the newest first",
  request: {
    query: z.object({
      command: z.string().optional().describe("Only those of a command."),
      operationID: z.string().optional().describe("Only those of an operation."),
      limit: z.coerce.number().int().min(1).max(1000).default(50),
    }),
  },
  responses: {
    200: inJson("The callbacks that were recorded.", z.array(recentCallback)),
    400: inJson("A parameter is not as expected.", failure),
  },
});

const rulesRoute = createRoute({
  method: "get",
  path: "/rules",
  summary: "The rules file in force: defaults filled in, variables by name, secrets masked",
  responses: {
    200: inJson(
      "The rules.",
      z.object({ file: z.string(), rules: z.record(z.string(), z.unknown()) }).openapi("Rules"),
    ),
  },
});

/** The recent callbacks and the rules in force. */
export function statusRoutes(
  { rules, recent }: Pick<OperatorSources, "rules" | "recent">,
): OpenAPIHono {
  const routes = newRoutes();
  routes.openapi(callbacksRoute, (context) => {
    const { command, operationID, limit } = context.req.valid("query");
    const canonical = command && (rules().registry.find(command)?.command ?? command);
    const wanted = recent().filter((callback) =>
      (canonical === undefined || callback.command === canonical) &&
      (operationID === undefined || callback.operationID === operationID)
    );
    const shown = wanted.slice(0, limit).map(({ at, rules, ...rest }) => ({
      at: timeOf(at),
      ...rest,
      rules: [...rules],
    }));
    return context.json(shown, 200);
  });
  routes.openapi(rulesRoute, (context) => {
    const { file, masked } = rules();
    return context.json({ file, rules: { ...masked } }, 200);
  });
  return routes;
}
