import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { Hono } from "hono";
import { createRouterApp } from "../../src/runtime/router_app.ts";
import { newestSample } from "../support/samples.ts";
import { tempFolder } from "../support/temp_folder.ts";

const command = "callbackBeforeSendGroupMsgCommand";
const secret = "a-secret-of-enough-length";

Deno.test("a path in front of the router may hold characters that a URL escapes", async () => {
  await using folder = await tempFolder();
  const rules = {
    server: { secret },
    log: { file: { path: join(folder.path, "router.log") } },
    store: { path: join(folder.path, "outbox.sqlite") },
    callbacks: { [command]: { rules: [{ use: "refuse", message: "no" }] } },
  };
  const router = await createRouterApp(await folder.write("rules.json", JSON.stringify(rules)));
  const app = new Hono().route("/of/:tenant/openim", router.app);
  const { body } = newestSample(command);
  const headers = { "content-type": "application/json" };
  for (const tenant of ["one", "%C3%A4%20b", "a%2Fb", "%74wo"]) {
    const path = `/of/${tenant}/openim/${secret}/${command}`;
    const answer = await app.request(path, { method: "POST", headers, body });
    assertEquals([answer.status, (await answer.json()).errMsg], [200, "no"], tenant);
  }
  await router.stop();
});
