import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { processTerminal } from "../../src/cli/terminal.ts";
import { eventually } from "../support/eventually.ts";
import { callbackOf, startForwardingRouter } from "./burst.ts";
import { countingTarget } from "./counting_target.ts";
import { fill, type SmallDisk, smallDisk } from "./small_disk.ts";

const probe = await smallDisk();
if (typeof probe === "string") {
  processTerminal.err(`not tested: a disk that fills, since no tmpfs can be mounted: ${probe}`);
} else await probe[Symbol.asyncDispose]();

Deno.test({
  name: "a full disk is told in errDlt, keeps the chat going, and is over when there is room",
  ignore: typeof probe === "string",
  async fn() {
    await using disk = await smallDisk() as SmallDisk;
    await using target = countingTarget();
    await target.down();
    const path = join(disk.path, "outbox.sqlite");
    await using router = await startForwardingRouter(target.url, { path });
    let sent = 0;
    const stored: string[] = [];
    const refused: string[] = [];
    const send = async () => {
      const operation = `operation-${sent++}`;
      const headers = { operationID: operation };
      const response = await router.post(callbackOf(operation), { headers });
      const { errDlt, ...answer } = await response.json();
      // whatever the disk says, the user's operation goes on
      assertEquals(answer, { actionCode: 0, errCode: 0, errMsg: "Success", nextCode: 0 });
      (errDlt === "" ? stored : refused).push(operation);
      return errDlt as string;
    };

    assertEquals(await send(), "");
    await fill(join(disk.path, "filler"));
    let said = "";
    await eventually("a delivery is not stored", async () => (said = await send()) !== "");
    assertStringIncludes(said, "full");

    const ready = async () => await (await fetch(`${router.operatorURL}/readyz`)).json();
    const metric = async (name: string) => {
      const text = await (await fetch(`${router.operatorURL}/metrics`)).text();
      return new RegExp(`^openim_router_${name}(?:\\{.*\\})? (\\d+)$`, "m").exec(text)?.[1];
    };
    await eventually("it warns", async () => (await ready()).warnings.length > 0);
    assertStringIncludes((await ready()).warnings[0], "the store cannot be written: ");
    assertEquals((await ready()).ready, true, "callbacks are answered");
    assertEquals(await metric("store_writable"), "0");
    assertEquals(await metric("deliveries_not_stored_total"), String(refused.length));

    await Deno.remove(join(disk.path, "filler"));
    await eventually("a delivery is stored again", async () => await send() === "");
    await eventually("it is well again", async () => {
      const { warnings } = await ready();
      return !warnings.some((text: string) => text.includes("cannot be written"));
    });
    await eventually("the metric says so", async () => await metric("store_writable") === "1");
    target.up();
    await eventually(
      "what was stored is delivered",
      () => stored.every((operation) => target.received.has(operation)),
    );
    const came = refused.filter((operation) => target.received.has(operation));
    processTerminal.out(
      `full disk: ${sent} callbacks answered, ${stored.length} stored and delivered, ` +
        `${refused.length} refused by the store, ${came.length} of those delivered, 0 losses`,
    );
    assertEquals(came, []);
  },
});

Deno.test({
  name: "with a full disk targets are paused, and when there is room all arrive, each of them once",
  ignore: typeof probe === "string",
  async fn() {
    await using disk = await smallDisk() as Exclude<typeof probe, string>;
    await using target = countingTarget();
    await target.down();
    const path = join(disk.path, "outbox.sqlite");
    await using router = await startForwardingRouter(target.url, { path });
    const operations = Array.from({ length: 40 }, (_, at) => `operation-${at}`);
    for (const operation of operations) {
      const headers = { operationID: operation };
      await (await router.post(callbackOf(operation), { headers })).body?.cancel();
    }
    const ready = async () => await (await fetch(`${router.operatorURL}/readyz`)).json();
    const failed = () => router.server.lines.filter((line) => line.includes("outbox failed"));
    await fill(join(disk.path, "filler"));
    const isFull = async () =>
      (await ready()).warnings.some((text: string) => text.includes("cannot be written"));
    await eventually("the disk is full", isFull);
    await eventually("results of attempts cannot be written", () => failed().length > 1);

    target.up();
    const before = target.received.size;
    const rounds = failed().length;
    await eventually("the outbox fails on", () => failed().length > rounds + 2);
    assertEquals(target.received.size, before, "nothing is sent that could not be written down");
    assertEquals(await isFull(), true, "the disk is still full");

    await Deno.remove(join(disk.path, "filler"));
    await eventually(
      "all arrive",
      () => operations.every((operation) => target.received.has(operation)),
    );
    await eventually("the outbox is empty", async () => {
      const targets = await (await fetch(`${router.operatorURL}/api/targets`)).json();
      return targets[0]?.waiting === 0;
    });
    assertEquals([...target.received.values()].filter((count) => count !== 1), []);
    processTerminal.out(
      `full disk, target back: 0 sent while nothing could be written, then ` +
        `${operations.length} delivered, 0 duplicates, ${failed().length} failed writes`,
    );
  },
});
