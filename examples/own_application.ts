/**
 * The router in a Hono application of one's own: callbacks go to `/openim/<command>`, and the rest
 * is yours. Run it with a rules file:
 *
 *     deno run --allow-all examples/own_application.ts examples/slow_mode.json
 */
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { createRouterApp } from "../src/runtime/router_app.ts";

const [rules = "rules.json", port = "10006"] = Deno.args;
const router = await createRouterApp(rules);
const app = new Hono()
  .get("/hello", (context) => context.text("this page is mine"))
  .route("/openim", router.app);

const server = serve({ fetch: app.fetch, port: Number(port) }, ({ port }) => {
  // deno-lint-ignore no-console
  console.error(`callbacks: http://127.0.0.1:${port}/openim`);
});

Deno.addSignalListener("SIGTERM", () => {
  server.close(async () => {
    await router.stop();
    Deno.exit(0);
  });
});
