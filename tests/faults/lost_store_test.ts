import { assert, assertEquals, assertInstanceOf, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { processTerminal } from "../../src/cli/terminal.ts";
import { OutboxFileError } from "../../src/stores/outbox_file_error.ts";
import { SqliteOutbox } from "../../src/stores/sqlite_outbox.ts";
import { deliveries } from "../delivery/builders.ts";
import { eventually } from "../support/eventually.ts";
import { endServer } from "../support/server_process.ts";
import type { RouterProcess } from "../support/router_process.ts";
import { tempFolder } from "../support/temp_folder.ts";
import { callbackOf, startForwardingRouter } from "./burst.ts";
import { countingTarget } from "./counting_target.ts";
import { fill, type SmallDisk, smallDisk } from "./small_disk.ts";

const probe = await smallDisk();
if (typeof probe === "string") {
  processTerminal.err(`not tested: a start on a full disk, since no tmpfs: ${probe}`);
} else await probe[Symbol.asyncDispose]();

/** Posts the callback of an operation; returns what the answer says was not stored. */
async function send(router: RouterProcess, operation: string): Promise<string> {
  const headers = { operationID: operation };
  const response = await router.post(callbackOf(operation), { headers });
  const { errDlt, ...answer } = await response.json();
  assertEquals(answer, { actionCode: 0, errCode: 0, errMsg: "Success", nextCode: 0 });
  return errDlt;
}

async function warnings({ operatorURL }: RouterProcess): Promise<string> {
  const response = await fetch(`${operatorURL}/readyz`);
  assertEquals(response.status, 200, "callbacks are answered");
  return (await response.json()).warnings.join("\n");
}

async function metric({ operatorURL }: RouterProcess, name: string): Promise<string | undefined> {
  const text = await (await fetch(`${operatorURL}/metrics`)).text();
  return text.split("\n").find((line) => line.startsWith(`openim_router_${name} `))?.split(" ")[1];
}

const logged = ({ server }: RouterProcess, text: string) =>
  server.lines.some((line) => line.includes(text));

/** Ends the router as an operator does. */
async function stopCleanly(router: RouterProcess): Promise<void> {
  router.server.kill("SIGTERM");
  assertEquals((await router.server.status).code, 0);
}

Deno.test({
  name: "on a disk that is full since a clean stop the router starts, says so, and recovers",
  ignore: typeof probe === "string",
  async fn() {
    await using disk = await smallDisk() as SmallDisk;
    await using target = countingTarget();
    await target.down();
    const path = join(disk.path, "outbox.sqlite");
    await using router = await startForwardingRouter(target.url, { path });
    assertEquals(await send(router, "before"), "");
    await stopCleanly(router);
    await fill(join(disk.path, "filler"));
    await router.crashAndRestart();

    const said = await send(router, "lost");
    for (const part of ["1 not stored", "make room"]) assertStringIncludes(said, part);
    await eventually("it warns", async () => (await warnings(router)).includes("make room"));
    const health = await (await fetch(`${router.operatorURL}/healthz`)).json();
    assertEquals(health.status, "degraded");
    assertEquals(await metric(router, "store_writable"), "0");
    await eventually("it is logged", () => logged(router, "nothing is stored; the store is"));

    await Deno.remove(join(disk.path, "filler"));
    await eventually("a delivery is stored", async () => await send(router, "after") === "");
    await eventually("it is told", () => logged(router, "the store is open"));
    await target.up();
    await eventually(
      "what was stored before and after arrives",
      () => target.received.has("before") && target.received.has("after"),
    );
    assertEquals(target.received.has("lost"), false);
    await eventually("it is well", async () => !(await warnings(router)).includes("store"));
  },
});

Deno.test({
  name: "on a disk that is full at the first start the router starts, says so, and recovers",
  ignore: typeof probe === "string",
  async fn() {
    await using disk = await smallDisk() as SmallDisk;
    await using target = countingTarget();
    await fill(join(disk.path, "filler"));
    const path = join(disk.path, "outbox.sqlite");
    await using router = await startForwardingRouter(target.url, { path });
    assertStringIncludes(await send(router, "lost"), "make room");
    await Deno.remove(join(disk.path, "filler"));
    await eventually("a delivery is stored", async () => await send(router, "after") === "");
    await eventually("it arrives", () => target.received.has("after"));
  },
});

/** Copies an outbox; returns why that failed, if it did. */
function copyInto(outbox: SqliteOutbox, path: string): unknown {
  try {
    outbox.copyTo(path);
    return undefined;
  } catch (error) {
    return error;
  }
}

Deno.test({
  name: "a copy of a lost file is whole, or is no copy, however little room the disk has",
  ignore: typeof probe === "string",
  async fn() {
    await using disk = await smallDisk() as SmallDisk;
    const path = join(disk.path, "outbox.sqlite");
    const count = 200;
    const outbox = new SqliteOutbox(path, "full");
    await outbox.append(
      deliveries(count).map((delivery) => ({
        ...delivery,
        body: JSON.stringify("x".repeat(4000)),
      })),
    );
    await Deno.remove(path);
    const ends = { whole: 0, none: 0 };
    for (let room = 512; room <= 2560; room += 256) {
      await using elsewhere = await tempFolder();
      const [filler, copy] = [join(disk.path, "filler"), join(disk.path, "copy")];
      await fill(filler);
      await Deno.truncate(filler, (await Deno.stat(filler)).size - room * 1024);
      const problem = copyInto(outbox, copy);
      // it takes the place of the lost file without what stands beside it
      const alone = await elsewhere.write("copy", await Deno.readFile(copy));
      await Promise.all(
        [filler, copy, ...["-wal", "-shm", "-journal"].map((end) => `${copy}${end}`)]
          .map((file) => Deno.remove(file).catch(() => {})),
      );
      if (problem !== undefined) {
        assertInstanceOf(problem, OutboxFileError);
        ends.none++;
        continue;
      }
      const copied = new SqliteOutbox(alone, "full");
      copied.checkIntact();
      assertEquals((await copied.counts()).map(({ waiting }) => waiting), [count], `${room} KiB`);
      await copied.close();
      ends.whole++;
    }
    await outbox.close();
    assert(ends.whole > 0 && ends.none > 0, JSON.stringify(ends));
  },
});

/** What happens to the outbox's files in a folder. */
const losses: Readonly<Record<string, (folder: string) => Promise<void>>> = {
  "the file is deleted": (folder) => Deno.remove(join(folder, "outbox.sqlite")),
  "the write-ahead log is deleted": (folder) => Deno.remove(join(folder, "outbox.sqlite-wal")),
  "the shared memory is deleted": (folder) => Deno.remove(join(folder, "outbox.sqlite-shm")),
  "the lock is deleted": (folder) => Deno.remove(join(folder, "outbox.sqlite.lock")),
  "the folder is deleted": (folder) => Deno.remove(folder, { recursive: true }),
  async "the file is replaced by another"(folder) {
    const other = join(folder, "other");
    await Deno.writeTextFile(other, "something of somebody's");
    await Deno.rename(other, join(folder, "outbox.sqlite"));
  },
};

for (const [what, lose] of Object.entries(losses)) {
  Deno.test(`when ${what} while the router runs, it is noticed and nothing is lost`, async () => {
    await using folder = await tempFolder();
    const store = join(folder.path, "store");
    await using target = countingTarget();
    await target.down();
    const path = join(store, "outbox.sqlite");
    await using router = await startForwardingRouter(target.url, { path });
    assertEquals(await send(router, "before"), "");
    await lose(store);
    await eventually(
      "it is noticed",
      () => logged(router, "the store's file was lost, and a new one is begun"),
      { within: 10_000 },
    );
    await eventually("the probes tell", async () => {
      return (await warnings(router)).includes("while the router ran: a new file was begun");
    });
    assertEquals(await metric(router, "store_files_replaced_total"), "1");
    assertEquals(await send(router, "after"), "");
    // a file that only the process has would be gone now
    await router.crashAndRestart();
    await target.up();
    await eventually(
      "what was stored before and after arrives",
      () => target.received.has("before") && target.received.has("after"),
    );
    if (what.includes("replaced")) {
      const names = (await Array.fromAsync(Deno.readDir(store))).map(({ name }) => name);
      const aside = names.find((name) => name.startsWith("outbox.sqlite.replaced-"))!;
      assertEquals(await Deno.readTextFile(join(store, aside)), "something of somebody's");
    }
  });
}

Deno.test("a damaged store does not keep the router from starting, and is left as it is", async () => {
  await using target = countingTarget();
  await target.down();
  await using router = await startForwardingRouter(target.url, {});
  for (let sent = 0; sent < 200; sent++) await send(router, `operation-${sent}`);
  await stopCleanly(router);
  const path = join(router.folder.path, "outbox.sqlite");
  const whole = await Deno.readFile(path);
  const bytes = whole.slice();
  bytes.fill(0xa5, bytes.length - 8192, bytes.length - 4096);
  await Deno.writeFile(path, bytes);
  await router.crashAndRestart();
  assertStringIncludes(await send(router, "lost"), "is damaged");
  await eventually("it warns", async () => (await warnings(router)).includes("restore a copy"));
  assertEquals(await Deno.readFile(path), bytes);

  await Deno.writeFile(path, whole);
  await eventually("a delivery is stored", async () => await send(router, "after") === "");
  await endServer(router.server);
});
