import { assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import type { NewDelivery } from "../../src/chain/deliveries.ts";
import { GroupCommit, StoreError } from "../../src/delivery/group_commit.ts";
import { aDelivery, deliveries } from "./builders.ts";

/** A group commit whose appends are noted; each ends as `answer` says. */
function noted(answer: (commit: number) => Promise<void> = () => Promise.resolve()) {
  const commits: string[][] = [];
  const group = new GroupCommit((batch: readonly NewDelivery[]) => {
    commits.push(batch.map(({ id }) => id));
    return answer(commits.length);
  });
  return { group, commits };
}

const one = (id: string) => [aDelivery({ id })];

/** Who was told that theirs is stored, and who was told that it is not. */
async function outcomes(stores: readonly Promise<void>[]): Promise<string> {
  const settled = await Promise.allSettled(stores);
  return settled.map(({ status }) => status === "fulfilled" ? "+" : "-").join("");
}

Deno.test("deliveries stored in one turn share a commit, in their order", async () => {
  const { group, commits } = noted();
  await Promise.all([group.store(one("d1")), group.store(one("d2")), group.store(one("d3"))]);
  assertEquals(commits, [["d1", "d2", "d3"]]);
});

Deno.test("a callback's deliveries stay together", async () => {
  const { group, commits } = noted();
  await Promise.all([group.store(deliveries(2)), group.store(one("other"))]);
  assertEquals(commits, [["d1", "d2", "other"]]);
});

Deno.test("one that comes alone is committed at once", async () => {
  const { group, commits } = noted();
  await group.store(one("d1"));
  assertEquals(commits, [["d1"]]);
});

Deno.test("what comes after a commit is in the next one", async () => {
  const { group, commits } = noted();
  await group.store(one("d1"));
  await group.store(one("d2"));
  assertEquals(commits, [["d1"], ["d2"]]);
});

Deno.test("nobody is told that theirs is stored before the commit is done", async () => {
  const disk = Promise.withResolvers<void>();
  const { group } = noted(() => disk.promise);
  let stored = 0;
  const stores = [group.store(one("d1")), group.store(one("d2"))];
  for (const store of stores) void store.then(() => stored++);
  await new Promise((turn) => setTimeout(turn, 0));
  await new Promise((turn) => setTimeout(turn, 0));
  assertEquals(stored, 0);
  disk.resolve();
  assertEquals(await outcomes(stores), "++");
});

Deno.test("a commit that fails fails exactly those whose it was", async () => {
  const { group } = noted((commit) =>
    commit === 1 ? Promise.reject(new Error("the disk is full")) : Promise.resolve()
  );
  const first = outcomes([group.store(one("d1")), group.store(one("d2"))]);
  assertEquals(await first, "--");
  assertEquals(await outcomes([group.store(one("d3"))]), "+");
});

Deno.test("the error of a failed commit says why and keeps its cause", async () => {
  const cause = new Error("the disk is full");
  const { group } = noted(() => Promise.reject(cause));
  const error = await assertRejects(() => group.store(one("d1")), StoreError, "the disk is full");
  assertEquals(error.cause, cause);
});

Deno.test("an append that throws at once is taken like one that rejects", async () => {
  const group = new GroupCommit(() => {
    throw new Error("the disk is gone");
  });
  assertInstanceOf(await group.store(one("d1")).catch((error) => error), StoreError);
});

Deno.test("an append that rejects with no error at all is still told as a failure", async () => {
  const { group } = noted(() => Promise.reject(null));
  const error = await assertRejects(() => group.store(one("d1")), StoreError);
  assertEquals(error.message, "null");
});
