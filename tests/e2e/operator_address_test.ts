import { assertEquals, assertStringIncludes } from "@std/assert";
import { splitAddress } from "../../src/config/sections/listen_address.ts";
import { defaultOperatorAddress } from "../../src/config/sections/operator_section.ts";
import { eventually } from "../support/eventually.ts";
import { startRouterProcess } from "../support/router_process.ts";
import { runRouter } from "../support/router_command.ts";
import { tempFolder } from "../support/temp_folder.ts";

/** Runs `serve` with rules that keep it from starting; returns its end. */
async function refused(rules: object) {
  await using folder = await tempFolder();
  const file = await folder.write(
    "rules.json",
    JSON.stringify({ server: { listen: "127.0.0.1:0" }, store: { path: "o.sqlite" }, ...rules }),
  );
  return await runRouter(["serve", file]);
}

Deno.test("an address that other machines reach is refused without a token", async () => {
  const { code, err } = await refused({ operator: { listen: "0.0.0.0:0" } });
  assertEquals(code, 1);
  assertStringIncludes(err, "operator.listen: other machines can connect to this address");
});

Deno.test("where the default address is taken the router serves, and warns", async () => {
  // whoever has it: this test, or another router of the machine
  const other = await Promise.try(() => Deno.listen(splitAddress(defaultOperatorAddress)))
    .catch(() => undefined);
  try {
    await using router = await startRouterProcess({ operator: { listen: undefined } });
    await eventually(
      "it warns",
      () => router.server.lines.some((line) => line.includes("no listener for the operator")),
    );
    const answer = await router.post("{}");
    await answer.body?.cancel();
    assertEquals(answer.headers.get("content-type"), "application/json");
  } finally {
    other?.close();
  }
});
