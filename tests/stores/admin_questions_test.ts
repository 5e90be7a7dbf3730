import { assert, assertEquals, assertRejects } from "@std/assert";
import { systemClock } from "../../src/chain/clock.ts";
import type {
  DeliveryChange,
  DeliveryPage,
  ShownDelivery,
} from "../../src/delivery/kept_delivery.ts";
import { AdminQuestionError, AdminQuestions } from "../../src/stores/admin_questions.ts";
import type { SqliteOutbox } from "../../src/stores/sqlite_outbox.ts";
import { deliveries } from "../delivery/builders.ts";
import { idsDueAt, outboxFile, settleAt0 } from "./outbox_file.ts";

/** An outbox with so many deliveries, `d1` and so on, every third of them a dead letter. */
async function workOn(count: number) {
  const file = await outboxFile();
  const outbox = file.open();
  await outbox.append(deliveries(count));
  settleAt0(
    outbox,
    Array.from({ length: Math.floor(count / 3) }, (_, at) => ({
      kind: "dead" as const,
      storeID: 3 * (at + 1),
      attempts: 1,
      error: "status 500",
      attempt: { at: 1, duration: 2, status: 500, error: "status 500", answer: "oh" },
    })),
  );
  const putBack: string[][] = [];
  const work = new AdminQuestions(
    outbox.admin(),
    systemClock,
    (targets) => putBack.push([...targets]),
  );
  return {
    path: file.path,
    outbox,
    work,
    putBack,
    [Symbol.asyncDispose]: () => file[Symbol.asyncDispose](),
  };
}

const list = { kind: "list", after: 0, limit: 100, filter: {} } as const;
const idsOf = ({ deliveries }: DeliveryPage) => deliveries.map(({ id }) => id);
const counts = async (outbox: SqliteOutbox) => (await outbox.counts())[0];

Deno.test("pages follow each other to the end, however few of what is looked at fit", async () => {
  await using admin = await workOn(5000);
  const filter = { statuses: ["dead"] } as const;
  const ids: string[] = [];
  let after: number | undefined = 0;
  let pages = 0;
  for (; after !== undefined; pages++) {
    const page = await admin.work.answer({ ...list, filter, after, limit: 400 }) as DeliveryPage;
    ids.push(...idsOf(page));
    after = page.next;
  }
  assertEquals(pages, 5);
  assertEquals(ids, Array.from({ length: 1666 }, (_, at) => `d${3 * (at + 1)}`));
});

Deno.test("a page is read without what its deliveries deliver", async () => {
  await using admin = await workOn(3);
  const { deliveries } = await admin.work.answer(list) as DeliveryPage;
  assert(deliveries.every((delivery) => !("body" in delivery) && !("headers" in delivery)));
  assertEquals(deliveries.map(({ status, error }) => [status, error]), [
    ["waiting", undefined],
    ["waiting", undefined],
    ["dead", "status 500"],
  ]);
});

Deno.test("one is found by its whole ID, far behind as well, with its attempts", async () => {
  await using admin = await workOn(3000);
  const { delivery, attempts } = await admin.work.answer({
    kind: "show",
    id: "d3000",
  }) as ShownDelivery;
  assertEquals([delivery.storeID, delivery.body], [3000, '{"sendID":"u1"}']);
  assertEquals(attempts.map(({ number, answer }) => [number, answer]), [[1, "oh"]]);
  assertEquals(await admin.work.answer({ kind: "show", id: "d300" }) === undefined, false);
  assertEquals(await admin.work.answer({ kind: "show", id: "d" }), undefined);
});

Deno.test("many are put back in the order of storing, and their targets told", async () => {
  await using admin = await workOn(2000);
  const filter = { statuses: ["dead"] } as const;
  const dry = await admin.work.answer({ kind: "retry", filter, dryRun: true }) as DeliveryChange;
  assertEquals([dry.count, dry.first.length, dry.first[0]?.id], [666, 10, "d3"]);
  assertEquals(admin.putBack, [], "nothing was done");
  const done = await admin.work.answer({ kind: "retry", filter, dryRun: false });
  assertEquals(done, { count: 666, first: [] });
  assertEquals(admin.putBack.flat(), Array(4).fill("analytics"), "in parts");
  assertEquals(await counts(admin.outbox), { target: "analytics", waiting: 2000, dead: 0 });
  const back = (await idsDueAt(admin.outbox, Date.now(), { limit: 2000 })).slice(-666);
  assertEquals(back, Array.from({ length: 666 }, (_, at) => `d${3 * (at + 1)}`));
});

Deno.test("others are stored while much is dropped", async () => {
  await using admin = await workOn(3000);
  let dropping = true;
  const filter = { madeUntil: deliveries(1)[0]!.createdAt };
  const dropped = admin.work.answer({ kind: "drop", filter, dryRun: false })
    .finally(() => dropping = false);
  let stored = 0;
  while (dropping) {
    await admin.outbox.append(deliveries(1, { createdAt: filter.madeUntil + 1 }));
    stored++;
    await new Promise((turn) => setTimeout(turn));
  }
  assertEquals(await dropped, { count: 3000, first: [] });
  assert(stored > 10, `${stored} were stored meanwhile`);
  assertEquals(await counts(admin.outbox), { target: "analytics", waiting: stored, dead: 0 });
});

Deno.test("work that is under way when the router stops ends, and says how far it got", async () => {
  await using admin = await workOn(3000);
  const dropped = admin.work.answer({ kind: "drop", filter: {}, dryRun: false });
  const listed = admin.work.answer(list);
  const said = assertRejects(
    () => dropped,
    AdminQuestionError,
    "stopping; 250 deliveries were changed",
  );
  const next = assertRejects(() => listed, AdminQuestionError, "stopping");
  await Promise.resolve();
  await admin.work.stop();
  await said;
  await next;
  assertEquals((await counts(admin.outbox))?.waiting, 2000 - 167);
});

Deno.test("questions are answered one after the other, and no more than some wait", async () => {
  await using admin = await workOn(3);
  const asked = Array.from({ length: 30 }, () => admin.work.answer(list));
  const ended = await Promise.allSettled(asked);
  const refused = ended.filter(({ status }) => status === "rejected");
  assertEquals(refused.length, 13);
  assertEquals(idsOf(await admin.work.answer(list) as DeliveryPage), ["d1", "d2", "d3"]);
});
