import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { OutboxFigures } from "../../delivery/outbox_figures.ts";
import type { TargetStatus } from "../../delivery/target_status.ts";
import type { OperatorSources, ShownTarget } from "./operator_context.ts";
import { failure, inJson, newRoutes, time, timeOf } from "./pages.ts";
import { messageOf } from "../../values/thrown.ts";

const target = z.object({
  name: z.string(),
  url: z.string().optional().describe("Without user, path and query, which may be secrets."),
  timeout: z.number().optional().describe("Milliseconds that one attempt may take."),
  concurrency: z.int().optional().describe("The most attempts under way at once."),
  inRules: z.boolean().describe("False for one that only old deliveries are for."),
  state: z.enum(["enabled", "disabled"]).optional().describe(
    "disabled: it wants no deliveries, and they wait until it is resumed.",
  ),
  reason: z.string().optional().describe("Why it is disabled."),
  breaker: z.enum(["closed", "open", "halfOpen"]).optional().describe(
    "open: it fails and is left alone; halfOpen: the next attempt decides. Absent without one.",
  ),
  leftAlone: z.number().optional().describe(
    "Milliseconds until it is tried again, if it fails or has asked to be left alone.",
  ),
  lastError: z.string().optional().describe(
    "Why the last request that failed did so; absent if none has failed.",
  ),
  underWay: z.int().optional().describe("Requests to it that are under way."),
  waiting: z.int().describe("Deliveries that wait."),
  dead: z.int().describe("Dead letters."),
  oldest: time.optional().describe("When the oldest that waits was made."),
  oldestAge: z.number().optional().describe("How old that is, milliseconds."),
}).openapi("Target");

const resumed = z.object({
  name: z.string(),
  resumed: z.boolean().describe("False if it was neither disabled nor left alone."),
}).openapi("ResumedTarget");

const targetsRoute = createRoute({
  method: "get",
  path: "/targets",
  summary: "The state of the targets, and what waits for them",
  responses: {
    200: inJson("The targets.", z.array(target)),
    503: inJson("The outbox or the courier does not answer.", failure),
  },
});

const resumeRoute = createRoute({
  method: "post",
  path: "/targets/{name}/resume",
  summary: "Deliver again to a target that is disabled or left alone, from now on",
  request: { params: z.object({ name: z.string().describe("Its name in the rules file.") }) },
  responses: {
    200: inJson("It gets deliveries.", resumed),
    404: inJson("The rules file names no such target.", failure),
    503: inJson("The courier does not answer.", failure),
  },
});

/** The targets. */
export function targetRoutes(
  { rules, outbox, targetStatuses, resume, now }: Pick<
    OperatorSources,
    "rules" | "outbox" | "targetStatuses" | "resume" | "now"
  >,
): OpenAPIHono {
  const routes = newRoutes();
  routes.openapi(targetsRoute, async (context) => {
    const answered = await Promise.all([outbox(), targetStatuses()]).catch(() => undefined);
    if (answered === undefined) {
      return context.json({ error: "the outbox or the courier does not answer" }, 503);
    }
    const [held, statuses] = answered;
    const { targets } = rules();
    const gone = held.map(({ target }) => target)
      .filter((name) => !targets.some((target) => target.name === name));
    const all = [...targets, ...gone.map((name) => ({ name }))].map((facts) => ({
      ...facts,
      ...statusOf(facts, statuses),
      ...heldFor(facts.name, held, now()),
    }));
    return context.json(all, 200);
  });
  routes.openapi(resumeRoute, async (context) => {
    const { name } = context.req.valid("param");
    let done: boolean | undefined;
    try {
      done = await resume(name);
    } catch (error) {
      return context.json({ error: messageOf(error) }, 503);
    }
    if (done === undefined) {
      return context.json({ error: "the rules file names no such target; see /api/targets" }, 404);
    }
    return context.json({ name, resumed: done }, 200);
  });
  return routes;
}

function statusOf(
  facts: ShownTarget | { readonly name: string },
  targetStatuses: readonly TargetStatus[],
): Pick<
  z.infer<typeof target>,
  "inRules" | "state" | "reason" | "breaker" | "leftAlone" | "lastError" | "underWay"
> {
  if (!("url" in facts)) return { inRules: false };
  const targetStatus = targetStatuses.find(({ target }) => target === facts.name);
  // the courier takes up new rules a moment later
  if (targetStatus === undefined) return { inRules: true };
  const { disabled, breaker, leftAlone, lastError, underWay } = targetStatus;
  return {
    inRules: true,
    state: disabled === undefined ? "enabled" : "disabled",
    ...disabled !== undefined && { reason: disabled },
    ...breaker !== undefined && { breaker },
    ...leftAlone > 0 && Number.isFinite(leftAlone) && { leftAlone: Math.round(leftAlone) },
    ...lastError !== undefined && { lastError },
    underWay,
  };
}

function heldFor(
  name: string,
  held: readonly OutboxFigures[],
  now: number,
): Pick<z.infer<typeof target>, "waiting" | "dead" | "oldest" | "oldestAge"> {
  const { waiting = 0, dead = 0, oldest } = held.find(({ target }) => target === name) ?? {};
  if (oldest === undefined) return { waiting, dead };
  return { waiting, dead, oldest: timeOf(oldest), oldestAge: Math.max(0, now - oldest) };
}
