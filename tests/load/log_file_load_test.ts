import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { groupRead, type RouterProcess, startRouterProcess } from "../support/router_process.ts";

const body = JSON.stringify({ sendID: "u1", receiveID: "u1", unreadMsgNum: 1, contentType: 3 });

type Line = Readonly<Record<string, unknown>>;

async function linesIn({ folder }: RouterProcess, name: string): Promise<readonly Line[]> {
  const text = await Deno.readTextFile(join(folder.path, name));
  return text.split("\n").slice(0, -1).map((line) => JSON.parse(line));
}

Deno.test("under load every callback has its line in one of the files", async () => {
  await using router = await startRouterProcess({
    log: { file: { path: "router.log", size: "64KiB", keep: 100 } },
    callbacks: { [groupRead]: { rules: [{ use: "log", message: "a read" }] } },
  }, { logFile: "router.log" });
  const operations = Array.from({ length: 4000 }, (_, index) => `op-${index}`);
  const waiting = operations.values();
  await Promise.all(Array.from({ length: 16 }, async () => {
    for (const operationID of waiting) {
      const response = await router.post(body, { headers: { operationID } });
      assertEquals(response.status, 200);
      await response.body?.cancel();
    }
  }));
  router.server.kill("SIGTERM");
  await router.server.status;
  const names = (await Array.fromAsync(Deno.readDir(router.folder.path)))
    .map(({ name }) => name).filter((name) => name.startsWith("router.log"));
  assert(names.length > 4, `${names.length} files`);
  const lines = (await Promise.all(names.map((name) => linesIn(router, name)))).flat();
  const logged = lines.filter(({ message }) => message === "a read")
    .map(({ operationID }) => String(operationID));
  assertEquals(logged.toSorted(), operations.toSorted());
  assertEquals(lines.some(({ message }) => message === "log lines dropped"), false);
});
