/**
 * The operator's listener: health, metrics, and what the router is doing, as JSON.
 *
 * @module
 */
import { OpenAPIHono } from "@hono/zod-openapi";
import { bodyLimit } from "hono/body-limit";
import { HTTPException } from "hono/http-exception";
import { refuseForeignChanges, refuseWebPages, requireToken } from "./api/access.ts";
import { commandRoutes } from "./api/command_routes.ts";
import { counterRoutes } from "./api/counter_routes.ts";
import { deliveryRoutes } from "./api/delivery_routes.ts";
import type { OperatorContext } from "./api/operator_context.ts";
import { reloadRoutes } from "./api/reload_routes.ts";
import { statusRoutes } from "./api/status_routes.ts";
import { targetRoutes } from "./api/target_routes.ts";

const about = {
  openapi: "3.1.0",
  info: {
    title: "OpenIM Callback Router",
    version: "1",
    description: "What the router is doing, for its operator. Nothing here is for OpenIM.",
  },
};

/** The most bytes of a body: a list of many deliveries fits. */
const mostBytes = 1024 * 1024;

/** Makes the Hono app of the operator's listener. */
export function createOperatorApp(context: OperatorContext): OpenAPIHono {
  const { token, deliveries, reload } = context;
  const app = new OpenAPIHono();
  app.use(async ({ header }, next) => {
    await next();
    header("cache-control", "no-store");
    header("x-content-type-options", "nosniff");
  });
  app.use(refuseForeignChanges);
  if (token === undefined) app.use(refuseWebPages);

  // probes carry no token, and learn nothing that needs one
  // always 200: a restart would mend nothing that can be wrong here
  app.get("/healthz", async ({ json }) => {
    const { warnings } = await context.readiness();
    const status = warnings.length === 0 ? "ok" : "degraded";
    return json({ alive: true, status, reasons: warnings });
  });
  app.get("/readyz", async ({ json }) => {
    const { state, reasons, warnings } = await context.readiness();
    const ready = reasons.length === 0;
    return json({ ready, state, reasons, warnings }, ready ? 200 : 503);
  });

  if (token !== undefined) app.use(requireToken(token));
  app.use(bodyLimit({
    maxSize: mostBytes,
    onError: ({ json }) => json({ error: `a body may have ${mostBytes} bytes at most` }, 413),
  }));
  app.get("/metrics", async ({ body }) => {
    const { text, contentType } = await context.metrics();
    return body(text, 200, { "content-type": contentType });
  });

  const security = token === undefined ? [] : [{ token: [] }];
  app.openAPIRegistry.registerComponent("securitySchemes", "token", {
    type: "http",
    scheme: "bearer",
  });
  app.doc31("/api/openapi.json", (_) => ({ ...about, security }));
  const routes = [
    commandRoutes(context),
    counterRoutes(context),
    targetRoutes(context),
    statusRoutes(context),
    ...deliveries === undefined ? [] : [deliveryRoutes(deliveries, context)],
    ...reload === undefined ? [] : [reloadRoutes(reload)],
  ];
  for (const group of routes) app.route("/api", group);

  app.notFound(({ json }) =>
    json(
      { error: "there is nothing here; see /healthz, /readyz, /metrics, /api/openapi.json" },
      404,
    )
  );
  app.onError((error, { json, req }) => {
    if (error instanceof HTTPException && error.status === 400) {
      return json({ error: error.message }, 400);
    }
    if ("getResponse" in error) return error.getResponse();
    context.failed(error, req.path);
    return json({ error: "the router failed; see its log" }, 500);
  });
  return app;
}
