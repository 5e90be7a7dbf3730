import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import type { Chain, Link } from "../../src/chain/chain.ts";
import type { Deliveries, NewDelivery } from "../../src/chain/deliveries.ts";
import { fail, override, pass, refuse } from "../../src/chain/outcome.ts";
import { type Answer, answerCallback } from "../../src/http/answer_callback.ts";
import type { DroppedOverride } from "../../src/openim/answer_duties.ts";
import { plainContinue } from "../../src/openim/verdict.ts";
import { aDelivery, aLink, hanging, noDuties, saying, sayingLater } from "../chain/links.ts";
import { aCallback } from "../support/callbacks.ts";
import { eventually } from "../support/eventually.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { plainAnswer, post, serveCallbacks } from "./callback_server.ts";

interface AnswerParts {
  readonly links: readonly Link[];
  readonly store?: Deliveries["store"];
  readonly chain?: Partial<Chain>;
  readonly notStored?: () => void;
}

function answering(
  { links, store = () => Promise.resolve(), chain, notStored: tell }: AnswerParts,
) {
  const clock = new FakeClock();
  const failed: string[] = [];
  const left: DroppedOverride[] = [];
  const notStored: { deliveries: readonly NewDelivery[]; error: Error }[] = [];
  const late: string[] = [];
  const callback = aCallback();
  const answer = answerCallback(
    {
      command: callback.command,
      timing: "before",
      links,
      onError: "continue",
      budget: 100,
      duties: noDuties,
      ...chain,
    },
    callback,
    {
      clock,
      deliveries: { store },
      events: {
        linkFailed: (_callback, { name }) => void failed.push(name),
        overridesDropped: (_callback, dropped) => void left.push(...dropped),
        storingLate(_callback, deliveries) {
          late.push(`${deliveries.length} wait`);
          tell?.();
        },
        storedLate: (_callback, deliveries) => void late.push(`${deliveries.length} stored`),
        notStored(_callback, deliveries, error) {
          notStored.push({ deliveries, error });
          tell?.();
        },
      },
    },
  );
  return { answer, clock, failed, left, notStored, late };
}

/** A link that asks for a delivery of each ID. */
const delivering = (...ids: readonly string[]): Link =>
  aLink("delivering", (_callback, scope) => {
    for (const id of ids) scope.deliver(aDelivery(id));
    return pass();
  });

const fullDisk: Deliveries["store"] = () => Promise.reject(new Error("the disk is full"));

Deno.test("a chain that waits for nothing is answered without a timer", async () => {
  const { answer, clock } = answering({ links: [saying(override({ ex: "x" }))] });
  assertEquals(await answer, { verdict: { kind: "continue", overrides: { ex: "x" } } });
  assertEquals(clock.timers, 0);
});

Deno.test("an answer waits until the deliveries are stored", async () => {
  const disk = Promise.withResolvers<void>();
  const { answer } = answering({ links: [delivering("d1")], store: () => disk.promise });
  let answered = false;
  const waiting = Promise.resolve(answer).then((given) => {
    answered = true;
    return given;
  });
  await new Promise((turn) => setTimeout(turn, 0));
  assertEquals(answered, false);
  disk.resolve();
  assertEquals(await waiting, { verdict: plainContinue });
});

Deno.test("all that a chain asks to deliver is stored at once", async () => {
  const stores: string[][] = [];
  const { answer } = answering({
    links: [delivering("d1", "d2"), delivering("d3")],
    store(deliveries) {
      stores.push(deliveries.map(({ id }) => id));
      return Promise.resolve();
    },
  });
  await answer;
  assertEquals(stores, [["d1", "d2", "d3"]]);
});

Deno.test("a chain that asks for no delivery does not touch the store", async () => {
  const { answer, notStored } = answering({ links: [sayingLater(pass())], store: fullDisk });
  assertEquals(await answer, { verdict: plainContinue });
  assertEquals(notStored, []);
});

Deno.test("a store that fails leaves the verdict, and the note says what was not stored", async () => {
  const { answer, notStored } = answering({
    links: [delivering("d1", "d2"), saying(override({ ex: "x" }))],
    store: fullDisk,
  });
  const { verdict, note = "" }: Answer = await answer;
  assertEquals(verdict, { kind: "continue", overrides: { ex: "x" } });
  assertStringIncludes(note, "2 not stored");
  assertStringIncludes(note, "analytics");
  assertStringIncludes(note, "the disk is full");
  assertEquals(notStored.map(({ deliveries }) => deliveries.map(({ id }) => id)), [["d1", "d2"]]);
});

Deno.test("a store that throws at once is taken like one that rejects", async () => {
  const { answer, notStored } = answering({
    links: [delivering("d1")],
    store() {
      throw new Error("the disk is gone");
    },
  });
  assertStringIncludes((await answer).note ?? "", "the disk is gone");
  assertEquals(notStored.length, 1);
});

Deno.test("a store that hangs is waited for until the budget's end", async () => {
  const { answer, clock, notStored, late } = answering({
    links: [delivering("d1")],
    store: () => new Promise(() => {}),
    chain: { budget: 4000 },
  });
  await eventually("the store is waited for", () => clock.timers > 0);
  clock.advance(4000);
  assertStringIncludes((await answer).note ?? "", "1 not stored yet for delivery to analytics");
  assertEquals([notStored, late], [[], ["1 wait"]], "nobody knows yet that it is lost");
});

Deno.test("what is stored after the answer is told as stored late, and not as lost", async () => {
  const disk = Promise.withResolvers<void>();
  const { answer, clock, notStored, late } = answering({
    links: [delivering("d1", "d2")],
    store: () => disk.promise,
  });
  clock.advance(1000);
  await answer;
  disk.resolve();
  await eventually("it is told", () => late.length === 2);
  assertEquals([late, notStored], [["2 wait", "2 stored"], []]);
});

Deno.test("what turns out to be lost after the answer is told as lost", async () => {
  const disk = Promise.withResolvers<void>();
  const { answer, clock, notStored, late } = answering({
    links: [delivering("d1")],
    store: () => disk.promise,
  });
  clock.advance(1000);
  await answer;
  disk.reject(new Error("locked"));
  await eventually("it is told", () => notStored.length === 1);
  assertEquals([late, notStored[0]?.error.message], [["1 wait"], "locked"]);
});

for (const store of [fullDisk, () => new Promise<void>(() => {})]) {
  const fails = store === fullDisk ? "fails" : "hangs";
  Deno.test(`an event that throws where the store ${fails} breaks the answer off, and does not lose it`, async () => {
    const { answer, clock } = answering({
      links: [delivering("d1")],
      store,
      notStored() {
        throw new RangeError("no room for the metric");
      },
    });
    const said = assertRejects(() => Promise.resolve(answer), RangeError, "no room");
    if (store !== fullDisk) clock.advance(1000);
    await said;
    assertEquals(clock.timers, 0);
  });
}

Deno.test("a rule that hangs leaves time to store what was asked for before it", async () => {
  const disk = Promise.withResolvers<void>();
  const { answer, clock, failed, notStored } = answering({
    links: [delivering("d1"), hanging().link],
    store: () => disk.promise,
  });
  clock.advance(100);
  await eventually("the store is waited for", () => failed.length === 1 && clock.timers > 0);
  clock.advance(400);
  disk.resolve();
  assertEquals(await answer, { verdict: plainContinue });
  assertEquals(notStored, []);
});

Deno.test("a store that hangs after a rule that hung is not waited for much longer", async () => {
  const { answer, clock, failed, late } = answering({
    links: [delivering("d1"), hanging().link],
    store: () => new Promise(() => {}),
  });
  clock.advance(100);
  await eventually("the store is waited for", () => failed.length === 1 && clock.timers > 0);
  clock.advance(500);
  assertStringIncludes((await answer).note ?? "", "not stored");
  assertEquals(late, ["1 wait"]);
});

Deno.test("a refusal stands although its deliveries were not stored", async () => {
  const { answer } = answering({
    links: [delivering("d1"), saying(refuse(5101, "no"))],
    store: fullDisk,
  });
  assertEquals((await answer).verdict.kind, "refuse");
});

Deno.test("no timer is left when an answer is given", async () => {
  const { answer, clock } = answering({ links: [sayingLater(pass()), delivering("d1")] });
  await answer;
  assertEquals(clock.timers, 0);
});

Deno.test("every link that failed is told, whatever the verdict", async () => {
  const { answer, failed } = answering({
    links: [saying(fail(new Error("one"))), sayingLater(fail(new Error("two")))],
  });
  assertEquals((await answer).verdict, plainContinue);
  assertEquals(failed, ["fail", "fail"]);
});

Deno.test("what a rule asks to deliver after the budget's end is not stored", async () => {
  const slow = hanging();
  const stored: string[] = [];
  const { answer, clock } = answering({
    links: [slow.link],
    store(deliveries) {
      stored.push(...deliveries.map(({ id }) => id));
      return Promise.resolve();
    },
  });
  clock.advance(100);
  await answer;
  slow.scope.deliver(aDelivery("late"));
  slow.late.resolve(pass());
  await slow.late.promise;
  assertEquals(stored, []);
});

Deno.test("an after-chain never refuses", async () => {
  const { answer } = answering({
    links: [saying(refuse(5101, "too late"))],
    chain: { timing: "after" },
  });
  assertEquals(await answer, { verdict: plainContinue });
});

Deno.test("what would break the server is left out, and told with the reason", async () => {
  const { answer, left } = answering({
    links: [saying(override({ ex: "x", nickname: "n" }))],
    chain: {
      duties: {
        echo: ["sendID"],
        guards: { ex: () => ({ keep: undefined, dropped: "it was null" }) },
      },
    },
  });
  assertEquals((await answer).verdict, {
    kind: "continue",
    overrides: { sendID: "u1", nickname: "n" },
  });
  assertEquals(left, [{ field: "ex", reason: "it was null" }]);
});

Deno.test("over HTTP, a store that fails is an answer that continues and says so in errDlt", async () => {
  await using server = await serveCallbacks({
    links: [delivering("d1")],
    deliveries: { store: fullDisk },
  });
  const { status, body } = await post(server);
  const { errDlt, ...rest } = JSON.parse(body);
  assertEquals(status, 200);
  assertEquals({ ...rest, errDlt: "" }, JSON.parse(plainAnswer));
  assertStringIncludes(errDlt, "the disk is full");
});

Deno.test("over HTTP, a store that hangs is an answer that continues at the budget's end", async () => {
  await using server = await serveCallbacks({
    links: [delivering("d1")],
    deliveries: { store: () => new Promise(() => {}) },
    chain: { budget: 4000 },
  });
  const answered = post(server);
  await eventually("the store is waited for", () => server.clock.timers > 0);
  server.clock.advance(4000);
  const { actionCode, nextCode, errDlt } = JSON.parse((await answered).body);
  assertEquals([actionCode, nextCode], [0, 0]);
  assertStringIncludes(errDlt, "not stored");
});

Deno.test("over HTTP, what a chain asks to deliver has been stored when the answer comes", async () => {
  await using server = await serveCallbacks({ links: [delivering("d1")] });
  assertEquals((await post(server)).body, plainAnswer);
  assertEquals(server.stored.map(({ id }) => id), ["d1"]);
});
