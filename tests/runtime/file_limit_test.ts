import { assert, assertEquals } from "@std/assert";
import { freeFiles } from "../../src/runtime/file_limit.ts";
import { startRouterProcess } from "../support/router_process.ts";
import { tempFolder } from "../support/temp_folder.ts";

const message = "the process may open fewer files than connections need";

Deno.test("files that can be opened are counted as far as asked", async () => {
  await using folder = await tempFolder();
  const file = await folder.write("rules.json", "{}");
  assertEquals(freeFiles(file, 20), 20);
  assertEquals(freeFiles(`${file}.missing`, 20), 20, "that tells nothing about the limit");
});

Deno.test("a start warns where fewer files may be open than connections, and by what", async () => {
  const limits = { connections: 1000 };
  await using router = await startRouterProcess({ server: { limits } }, { openFiles: 256 });
  const { connections, needed, free } = JSON.parse(
    router.server.lines.find((line) => line.includes(message))!,
  );
  assertEquals([connections, needed], [1000, 1400]);
  assert(free > 100 && free < 256, String(free));
  assertEquals((await (await router.post("{}")).json()).nextCode, 0, "it serves all the same");
});

Deno.test("a start does not warn where there are files enough", async () => {
  const limits = { connections: 100 };
  await using router = await startRouterProcess({ server: { limits } }, { openFiles: 1024 });
  assertEquals(router.server.lines.filter((line) => line.includes(message)), []);
});

Deno.test("idle connections make room for others before the files run out", async () => {
  await using router = await startRouterProcess({}, { openFiles: 128 });
  const idle: Deno.Conn[] = [];
  while (idle.length < 200) {
    idle.push(await Deno.connect({ port: router.server.port }));
    await new Promise((taken) => setTimeout(taken, 5));
  }
  const answer = await router.post("{}", { headers: { connection: "close" } });
  assertEquals((await answer.json()).nextCode, 0);
  for (const connection of idle) connection.close();
});
