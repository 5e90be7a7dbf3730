import { assertEquals } from "@std/assert";
import { fail, pass, refuse } from "../../src/chain/outcome.ts";
import { watchedByAll } from "../../src/observe/callback_watchers.ts";
import { RecentCallbacks, type RecentSettings } from "../../src/observe/recent_callbacks.ts";
import { aLink, saying } from "../chain/links.ts";
import { aCallback } from "../support/callbacks.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { aChain, answerWatched } from "./watched.ts";

const start = 1_754_300_000_000;

/** Lets callbacks come at these times, milliseconds after the start; returns who is remembered. */
async function remembered(settings: RecentSettings, times: readonly number[]) {
  const recent = new RecentCallbacks(settings);
  let decided = 0;
  const counting = { watch: () => ({ link() {}, decided: () => void decided++, stored() {} }) };
  const watcher = watchedByAll([counting, recent]);
  for (const time of times) {
    const callback = aCallback({ operationID: `at ${time}`, receivedAt: start + time });
    await answerWatched(aChain([]), watcher, { callback });
  }
  assertEquals(decided, times.length, "every callback is counted, recorded or not");
  return recent.list().map(({ operationID }) => operationID);
}

Deno.test("a callback is recorded with what its rules did", async () => {
  const recent = new RecentCallbacks({ keep: 5, perSecond: 5 });
  const clock = new FakeClock(start);
  const slow = aLink("*[1] count", () => {
    clock.advance(1.23456);
    return pass();
  }, { use: "count" });
  const links = [
    saying(fail(new TypeError("of no use")), { name: "*[0] forward", use: "forward" }),
    slow,
    saying(refuse(5001, "no"), { name: "*[2] refuse" }),
    saying(pass(), { name: "*[3] log", use: "log" }),
  ];
  await answerWatched(aChain(links, "callbackX"), recent, {
    callback: aCallback({ command: "callbackX", operationID: "op-7", receivedAt: start }),
    clock,
  });
  assertEquals(recent.list(), [{
    at: start,
    command: "callbackX",
    operationID: "op-7",
    verdict: "refuse",
    code: 5001,
    duration: 1.235,
    rules: [
      {
        rule: "*[0] forward",
        use: "forward",
        outcome: "fail",
        duration: 0,
        error: "TypeError: of no use",
      },
      { rule: "*[1] count", use: "count", outcome: "pass", duration: 1.235 },
      { rule: "*[2] refuse", use: "refuse", outcome: "refuse", duration: 0 },
      { rule: "*[3] log", use: "log", outcome: "skipped", skipped: "refused", duration: 0 },
    ],
  }]);
});

Deno.test("of the operations that begin in a second so many are recorded, the first ones", async () => {
  const settings = { keep: 10, perSecond: 2 };
  assertEquals(
    await remembered(settings, [0, 1, 2, 999, 1000]),
    ["at 1000", "at 1", "at 0"],
  );
});

Deno.test("a clock that is set back does not end the recording", async () => {
  assertEquals(await remembered({ keep: 10, perSecond: 1 }, [5000, 1000]), ["at 1000", "at 5000"]);
});

Deno.test("so many operations are kept, the latest, the newest first", async () => {
  const times = [0, 1000, 2000, 3000, 4000];
  assertEquals(await remembered({ keep: 2, perSecond: 1 }, times), ["at 4000", "at 3000"]);
});

Deno.test("where none is to be kept, none is", async () => {
  assertEquals(await remembered({ keep: 0, perSecond: 10 }, [0, 1000]), []);
});

Deno.test("what an error quotes of a secret or a message is not recorded", async () => {
  const mask = (text: string) => text.replace("s3cret", "***");
  const recent = new RecentCallbacks({ keep: 1, perSecond: 1, mask });
  const links = [saying(fail(new Error("no s3cret, and no private words")))];
  await answerWatched(aChain(links), recent, {
    callback: aCallback({ receivedAt: start, request: { content: "private words" } }),
  });
  assertEquals(recent.list()[0]?.rules[0]?.error, "Error: no ***, and no [message text]");
});

/** Lets so many callbacks of each operation come, in turn. */
async function operations(settings: RecentSettings, ids: readonly string[], each: number) {
  const recent = new RecentCallbacks(settings);
  for (let index = 0; index < each; index++) {
    for (const operationID of ids) {
      const callback = aCallback({ operationID, receivedAt: start + index * 100 });
      await answerWatched(aChain([]), recent, { callback });
    }
  }
  return (id: string) => recent.list().filter(({ operationID }) => operationID === id).length;
}

Deno.test("of an operation that is recorded every callback is, however many others come", async () => {
  const kept = await operations({ keep: 10, perSecond: 2 }, ["one", "two"], 14);
  assertEquals([kept("one"), kept("two")], [14, 14]);
});

Deno.test("an operation is forgotten as a whole", async () => {
  const recent = new RecentCallbacks({ keep: 1, perSecond: 10 });
  for (const operationID of ["one", "one", "two", "two"]) {
    await answerWatched(aChain([]), recent, { callback: aCallback({ operationID }) });
  }
  assertEquals(recent.list().map(({ operationID }) => operationID), ["two", "two"]);
});

Deno.test("one operation without an end is recorded no faster than others, and kept bounded", async () => {
  const recent = new RecentCallbacks({ keep: 2, perSecond: 2 });
  const callback = aCallback({ operationID: "one", receivedAt: start });
  for (let index = 0; index < 1000; index++) {
    await answerWatched(aChain([]), recent, { callback });
  }
  assertEquals(recent.list().length, 100);
});

Deno.test("what is kept is bounded in bytes, however long errors and operations are", async () => {
  const recent = new RecentCallbacks({ keep: 10_000, perSecond: 10_000 });
  const links = Array.from({ length: 20 }, () => saying(fail(new Error("x".repeat(10_000)))));
  for (let index = 0; index < 2000; index++) {
    const callback = aCallback({ operationID: `op-${index}`, receivedAt: start });
    await answerWatched(aChain(links), recent, { callback });
  }
  const text = JSON.stringify(recent.list());
  assertEquals(text.length < 16 * 2 ** 20, true, `${text.length} characters`);
  assertEquals(recent.list()[0]?.operationID, "op-1999");
});
