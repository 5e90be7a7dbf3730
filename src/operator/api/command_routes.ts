import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Plugin } from "../../extension/define_plugin.ts";
import type { OperatorSources, RulesInForce } from "./operator_context.ts";
import { failure, inJson, newRoutes } from "./pages.ts";

const command = z.object({
  command: z.string().describe("The newest name on the wire."),
  aliases: z.array(z.string()).describe("Older and documented names."),
  timing: z.enum(["before", "after"]).describe("Whether OpenIM waits for the answer."),
  area: z.string(),
  summary: z.string(),
  rules: z.int().describe("How many rules its chain has."),
}).openapi("Command");

const link = z.object({
  rule: z.string().describe("The place in the rules file."),
  use: z.string().describe("The kind of rule; plugin for a plugin's own code."),
  conditional: z.boolean().describe("Whether it, or a group around it, has a condition."),
  always: z.boolean().describe("Whether it runs although an earlier rule refused."),
}).openapi("ChainRule");

const commandChain = command.extend({
  chain: z.object({
    budget: z.number().describe("Milliseconds for the whole chain."),
    onError: z.enum(["continue", "refuse"]).describe("What a failed rule means."),
    rules: z.array(link),
  }),
}).openapi("CommandChain");

const listRoute = createRoute({
  method: "get",
  path: "/commands",
  summary: "The commands that the router knows",
  request: {
    query: z.object({
      withRules: z.stringbool().optional().describe("Only those whose chain has rules."),
    }),
  },
  responses: {
    200: inJson("The commands.", z.array(command)),
    400: inJson("A parameter is not as expected.", failure),
  },
});

const showRoute = createRoute({
  method: "get",
  path: "/commands/{command}",
  summary: "A command and its chain",
  request: { params: z.object({ command: z.string().describe("Its name, or an alias of it.") }) },
  responses: {
    200: inJson("The command.", commandChain),
    404: inJson("There is no such command.", failure),
  },
});

/** The commands and their chains. */
export function commandRoutes({ rules }: Pick<OperatorSources, "rules">): OpenAPIHono {
  const routes = newRoutes();
  routes.openapi(listRoute, (context) => {
    const { withRules = false } = context.req.valid("query");
    const inForce = rules();
    const all = inForce.registry.plugins.map((plugin) => commandOf(plugin, inForce));
    return context.json(all.filter(({ rules }) => !withRules || rules > 0), 200);
  });
  routes.openapi(showRoute, (context) => {
    const inForce = rules();
    const name = context.req.valid("param").command;
    const plugin = inForce.registry.find(name);
    if (plugin === undefined) {
      const near = inForce.registry.suggest(name);
      const hint = near === undefined ? "; /api/commands lists them" : `; did you mean ${near}?`;
      return context.json({ error: `there is no such command${hint}` }, 404);
    }
    const { budget, onError, links } = inForce.chains.get(plugin.command)!;
    const chainRules = links.map(({ name, use, when, always, within }) => ({
      rule: name,
      use,
      conditional: when !== undefined || within.length > 0,
      always,
    }));
    const chain = { budget, onError, rules: chainRules };
    return context.json({ ...commandOf(plugin, inForce), chain }, 200);
  });
  return routes;
}

function commandOf(
  { command, aliases, timing, area, summary }: Plugin,
  { chains }: RulesInForce,
) {
  const rules = chains.get(command)!.links.length;
  return { command, aliases: [...aliases], timing, area, summary, rules };
}
