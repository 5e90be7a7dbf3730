import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { processTerminal } from "../../src/cli/terminal.ts";
import { eventually } from "../support/eventually.ts";
import { groupRead, startRouterProcess } from "../support/router_process.ts";
import { fill, type SmallDisk, smallDisk } from "./small_disk.ts";

const body = JSON.stringify({ sendID: "u1", receiveID: "u1", unreadMsgNum: 1, contentType: 3 });

const probe = await smallDisk();
if (typeof probe === "string") {
  processTerminal.err(`not tested: a log on a disk that fills, for want of a tmpfs: ${probe}`);
} else await probe[Symbol.asyncDispose]();

Deno.test({
  name: "where the log's disk is full lines are counted, and told when there is room; none is torn",
  ignore: typeof probe === "string",
  async fn() {
    await using disk = await smallDisk() as SmallDisk;
    const path = join(disk.path, "router.log");
    await using router = await startRouterProcess({
      log: { file: { path } },
      callbacks: { [groupRead]: { rules: [{ use: "log", message: "a read" }] } },
    }, { logFile: path });
    let sent = 0;
    const send = async () => {
      for (let each = 0; each < 200; each++, sent++) {
        const response = await router.post(body, { headers: { operationID: `op-${sent}` } });
        assertEquals((await response.json()).errMsg, "Success");
      }
    };
    const lines = async () =>
      (await Deno.readTextFile(path)).split("\n").slice(0, -1).map((line) => JSON.parse(line));
    const reads = async () => (await lines()).filter(({ message }) => message === "a read").length;
    const operator = (await lines()).find(({ message }) => message === "listening").operator;
    const dropped = async () => {
      const metrics = await (await fetch(`http://${operator}/metrics`)).text();
      return Number(/^openim_router_log_lines_dropped_total (\d+)$/m.exec(metrics)?.[1]);
    };

    await send();
    await eventually("the first lines are there", async () => await reads() === sent);
    await fill(join(disk.path, "filler"));
    await eventually("lines are dropped", async () => {
      await send();
      return await dropped() > 0;
    });
    assertEquals(
      router.server.lines.filter((line) => line.includes("cannot be written")).length,
      1,
      "standard error tells it once",
    );
    await Deno.remove(join(disk.path, "filler"));
    await eventually("the loss is told", async () => {
      await send();
      return (await lines()).some(({ message }) => message === "log lines dropped");
    });
    const said = () => lines().then((all) => sum(all.map(({ dropped = 0 }) => dropped)));
    await eventually(
      "every callback is logged or said to be dropped",
      async () => await reads() + await said() === sent,
    );
    assert(await said() === await dropped());
    processTerminal.out(
      `full log disk: ${sent} callbacks answered, ${await reads()} lines written whole, ` +
        `${await dropped()} dropped, counted and told`,
    );
  },
});

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
