import { assertEquals, assertStringIncludes } from "@std/assert";
import { parse } from "yaml";
import { runRouter } from "../support/router_command.ts";
import { groupRead, startRouterProcess } from "../support/router_process.ts";
import { newestSample } from "../support/samples.ts";

Deno.test("webhooks prints nothing but YAML, with a URL that the router takes callbacks at", async () => {
  const chain = { rules: [{ use: "log" }] };
  await using router = await startRouterProcess({ callbacks: { [groupRead]: chain } });
  const { code, out, err } = await runRouter(["webhooks", router.rules, "--url", router.url]);
  assertEquals({ code, err }, { code: 0, err: "" });
  const { url, ...entries } = parse(out);
  assertEquals(Object.keys(entries), ["afterGroupMsgRead"]);
  // as OpenIM 3.7 makes of it
  const response = await fetch(`${url}/${groupRead}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: newestSample(groupRead).body,
  });
  assertEquals((await response.json()).errMsg, "Success");
});

Deno.test("webhooks says what is wrong with a URL, and prints no file", async () => {
  const { code, out, err } = await runRouter(["webhooks", "--url", "http://127.0.0.1/?a=b"]);
  assertEquals({ code, out }, { code: 1, out: "" });
  assertStringIncludes(err, "error: --url http://127.0.0.1/***: ");
});
