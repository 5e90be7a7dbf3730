import { assert, assertEquals } from "@std/assert";
import { MetricRegistry } from "../../src/observe/metric_registry.ts";
import { registerProcess } from "../../src/observe/process_metrics.ts";
import { FakeClock } from "../support/fake_clock.ts";

/** The lines of the process's own metrics. */
async function lines(): Promise<readonly string[]> {
  const registry = new MetricRegistry();
  registerProcess(registry, new FakeClock())();
  return (await registry.exposition()).text.split("\n");
}

Deno.test("which version runs is told, as deno.json has it", async () => {
  const { version } = JSON.parse(await Deno.readTextFile("deno.json"));
  const info = (await lines()).filter((line) => line.startsWith("openim_router_build_info{"));
  const deno = Deno.version.deno;
  assertEquals(info, [`openim_router_build_info{version="${version}",deno="${deno}"} 1`]);
});

Deno.test("what the process takes is told, and none of it is 0", async () => {
  for (const name of ["cpu_seconds_total", "start_time_seconds", "resident_memory_bytes"]) {
    const line = (await lines()).find((line) => line.startsWith(`process_${name} `));
    assert(Number(line?.split(" ")[1]) > 0, line);
  }
});
