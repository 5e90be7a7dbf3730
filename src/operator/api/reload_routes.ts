import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { ReloadReport } from "./operator_context.ts";
import { failure, inJson, newRoutes } from "./pages.ts";

const problem = z.object({
  text: z.string().describe("What is wrong and what to do, with its place, as the log says it."),
  file: z.string().optional().describe("The file, if it has a place in one."),
  line: z.int().optional().describe("Counted from 1."),
  column: z.int().optional().describe("Counted from 1."),
  path: z.string().optional().describe("Such as callbacks.callbackX.rules[1].key."),
  message: z.string().optional().describe("What is wrong and what to do, without the place."),
}).openapi("RulesProblem");

const names = z.array(z.string()).readonly();

const report = z.object({
  applied: z.boolean().describe("Whether the file is in force now; else the former rules are."),
  generation: z.int().describe("The number of the rules in force: 1 for those of the start."),
  problems: z.array(problem).readonly().describe("What is wrong with the file."),
  warnings: names.describe("What is allowed but probably not meant."),
  waiting: names.describe("What changes with a restart alone."),
  restartedCounters: names.describe("Counters that start from nothing: their windows changed."),
  targets: z.object({ added: names, changed: names, removed: names }),
}).openapi("ReloadReport");

const reloadRoute = createRoute({
  method: "post",
  path: "/reload",
  summary: "Read the rules file, its plugins and its other files again",
  responses: {
    200: inJson("The file is in force.", report),
    422: inJson("The file is refused, and the former rules stay.", report),
    503: inJson("The router is starting or stopping.", failure),
  },
});

/** Reading the rules file again. */
export function reloadRoutes(reload: () => Promise<ReloadReport | undefined>): OpenAPIHono {
  const routes = newRoutes();
  routes.openapi(reloadRoute, async (context) => {
    const done = await reload();
    if (done === undefined) {
      return context.json({ error: "the router is starting or stopping: ask again later" }, 503);
    }
    return context.json(pageOf(done), done.applied ? 200 : 422);
  });
  return routes;
}

/** A problem as the page has it: its text, and its place beside it. */
function pageOf({ applied, generation, problems, ...lists }: ReloadReport): z.infer<typeof report> {
  const { warnings, waiting, restartedCounters, targets } = lists;
  return {
    applied,
    generation,
    warnings,
    waiting,
    restartedCounters,
    targets,
    problems: problems.map(({ text, place }) => ({ text, ...place })),
  };
}
