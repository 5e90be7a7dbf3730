/** The real process on a machine whose clock is set while a delivery waits for its next attempt. */
import { assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { eventually } from "../support/eventually.ts";
import { isThere } from "../support/programs.ts";
import { groupRead, startRouterProcess } from "../support/router_process.ts";
import { startTarget } from "../support/target_server.ts";
import { tempFolder } from "../support/temp_folder.ts";

const body = JSON.stringify({ sendID: "u1", receiveID: "u1", unreadMsgNum: 1, contentType: 3 });
const hour = 3600;

const skipped = !isThere("faketime");
if (skipped) {
  // deno-lint-ignore no-console -- whoever runs the tests is told what was not tested
  console.log("faketime is not installed (Debian: apt-get install faketime): not tested with it");
}

/** The library that `faketime` preloads, in the folder where its package put it. */
async function library(): Promise<string> {
  const { stdout } = await new Deno.Command("faketime", {
    args: ["-f", "+0s", "sh", "-c", "echo $LD_PRELOAD"],
  }).output();
  const found = new TextDecoder().decode(stdout).trim();
  // faketime writes its errors there as well
  assertMatch(found, /^\S+\.so\S*$/);
  return found;
}

/** A router whose wall clock is off by what is written to a file; its elapsed time is real. */
async function routerOn(url: string, begin = (_store: string): unknown => undefined) {
  const folder = await tempFolder();
  const store = join(folder.path, "outbox.sqlite");
  await begin(store);
  const offset = join(folder.path, "offset");
  await Deno.writeTextFile(offset, "+0\n");
  const router = await startRouterProcess({
    targets: {
      busy: { url, network: "private", retry: { delays: ["3s"] }, breaker: false },
    },
    store: { path: store },
    callbacks: { [groupRead]: { rules: [{ use: "forward", to: "busy" }] } },
  }, {
    env: {
      LD_PRELOAD: await library(),
      FAKETIME_TIMESTAMP_FILE: offset,
      FAKETIME_NO_CACHE: "1",
      FAKETIME_DONT_FAKE_MONOTONIC: "1",
      DONT_FAKE_MONOTONIC: "1",
    },
  });
  return {
    router,
    store,
    setClock: (seconds: number) =>
      Deno.writeTextFile(offset, `${seconds < 0 ? "" : "+"}${seconds}\n`),
    async [Symbol.asyncDispose]() {
      await router[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

for (const [how, seconds] of [["back", -hour], ["forward", hour]] as const) {
  Deno.test({
    name: `a retry that is due in 3 s comes then, although the clock is set ${how} an hour`,
    ignore: skipped,
    async fn() {
      const answers = [503, 204];
      await using target = startTarget(() =>
        new Response(null, { status: answers.shift() ?? 204 })
      );
      await using faked = await routerOn(target.url);
      const { router, setClock } = faked;
      assertEquals((await router.post(body)).status, 200);
      await eventually("the first attempt has failed", () => {
        return router.server.lines.some((line) => line.includes("will be tried again"));
      });
      const failed = performance.now();
      await setClock(seconds);
      await target.arrived(2);
      const waited = performance.now() - failed;
      assertEquals([waited > 1500, waited < 8000], [true, true], `it came after ${waited} ms`);
    },
  });
}

Deno.test({
  name: "what is stored after the clock was set while no store was open is delivered at once",
  ignore: skipped,
  async fn() {
    await using target = startTarget(() => new Response(null, { status: 204 }));
    await using faked = await routerOn(target.url, async (store) => {
      await Deno.writeTextFile(store, "no database ".repeat(100));
      await Deno.writeTextFile(`${store}.lock`, "1");
    });
    const { router, store, setClock } = faked;
    const stored = async () => (await (await router.post(body)).json()).errDlt === "";
    assertEquals(await stored(), false, "no store is open");
    await setClock(hour);
    await Deno.remove(store);
    await eventually("a delivery is stored", stored);
    await target.arrived(1);
  },
});
