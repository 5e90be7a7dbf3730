import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { startRouterProcess } from "../support/router_process.ts";
import { root } from "../support/server_process.ts";

const success = '{"actionCode":0,"errCode":0,"errMsg":"Success","errDlt":"","nextCode":0}';

Deno.test("every sample of an after-callback gets the plain answer in every URL form", async (t) => {
  await using router = await startRouterProcess({});
  const folder = join(root, "tests", "samples");
  let samples = 0;
  for await (const { name } of Deno.readDir(folder)) {
    const body = await Deno.readTextFile(join(folder, name));
    const { callbackCommand: command } = JSON.parse(body);
    samples++;
    for (const path of [`/${command}`, `?command=${command}&contenttype=json`, ""]) {
      await t.step(`${name} at "${path}"`, async () => {
        const response = await router.post(body, { path });
        assertEquals([response.status, await response.text()], [200, success]);
      });
    }
  }
  assert(samples > 0, "there are no samples");
});
