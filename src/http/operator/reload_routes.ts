import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { ReloadReport } from "./operator_context.ts";
import { inJson, newRoutes } from "./pages.ts";

const report = z.object({
  applied: z.boolean().describe("Whether the file is in force now; else the former rules are."),
  problems: z.array(z.string()).describe("What is wrong with the file, each with its place."),
}).openapi("ReloadReport");

const reloadRoute = createRoute({
  method: "post",
  path: "/reload",
  summary: "Read the rules file again",
  responses: {
    200: inJson("The file is in force.", report),
    422: inJson("The file is refused, and the former rules stay.", report),
  },
});

/** Reading the rules file again. */
export function reloadRoutes(reload: () => Promise<ReloadReport>): OpenAPIHono {
  const routes = newRoutes();
  routes.openapi(reloadRoute, async (context) => {
    const { applied, problems } = await reload();
    return context.json({ applied, problems: [...problems] }, applied ? 200 : 422);
  });
  return routes;
}
