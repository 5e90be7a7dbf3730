import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { setImmediate } from "node:timers";
import { GroupCommit } from "../../src/delivery/group_commit.ts";
import { answerInBatches } from "../../src/http/answer_in_batches.ts";
import { Connection } from "../../src/http/connections.ts";
import { FakeClock } from "../support/fake_clock.ts";

const connection = new Connection("127.0.0.1", new FakeClock());

function requestFor(name: string): Request {
  return new Request(`http://127.0.0.1/${name}`);
}

function nameOf({ url }: Request): string {
  return new URL(url).pathname.slice(1);
}

/** Turns of an event loop that come when they are asked for. */
function turns() {
  let due: (() => void)[] = [];
  return {
    atEnd: (callback: () => void) => void due.push(callback),
    /** Whether nobody waits for a turn. */
    get none() {
      return due.length === 0;
    },
    next() {
      const now = due;
      due = [];
      for (const callback of now) callback();
    },
  };
}

Deno.test("requests that come together are answered in their order, when all of them are there", async () => {
  const steps: string[] = [];
  const answer = answerInBatches((request) => {
    steps.push(`answered ${nameOf(request)}`);
    return new Response(nameOf(request));
  });
  const responses = ["one", "two", "three"].map((name) => {
    steps.push(`come ${name}`);
    return answer(requestFor(name), connection);
  });
  const texts = await Promise.all(responses.map(async (response) => (await response).text()));
  assertEquals(texts, ["one", "two", "three"]);
  assertEquals(steps, [
    ...["come one", "come two", "come three"],
    ...["answered one", "answered two", "answered three"],
  ]);
});

Deno.test("a request is answered on its own connection", async () => {
  const answer = answerInBatches((_request, { address }) => new Response(address));
  const other = new Connection("127.0.0.2", new FakeClock());
  const responses = [connection, other].map((each) => answer(requestFor("one"), each));
  const texts = await Promise.all(responses.map(async (response) => (await response).text()));
  assertEquals(texts, ["127.0.0.1", "127.0.0.2"]);
});

Deno.test("a request that cannot be answered leaves the others of its batch theirs", async () => {
  const answer = answerInBatches((request) => {
    if (nameOf(request) === "throws") throw new TypeError("no answer");
    if (nameOf(request) === "rejects") return Promise.reject(new RangeError("none later"));
    return nameOf(request) === "later" ? Promise.resolve(new Response()) : new Response();
  });
  const answerTo = async (name: string) => await answer(requestFor(name), connection);
  const [before, throws, rejects, after, later] = [
    ...[answerTo("before"), answerTo("throws"), answerTo("rejects")],
    ...[answerTo("after"), answerTo("later")],
  ];
  await Promise.all([
    assertRejects(() => throws!, TypeError, "no answer"),
    assertRejects(() => rejects!, RangeError, "none later"),
  ]);
  for (const response of [before, after, later]) assertEquals((await response)!.status, 200);
});

Deno.test("one that waits keeps none of the others waiting", async () => {
  const held = Promise.withResolvers<Response>();
  const answer = answerInBatches((request) =>
    nameOf(request) === "slow" ? held.promise : new Response()
  );
  const slow = answer(requestFor("slow"), connection);
  assertEquals((await answer(requestFor("quick"), connection)).status, 200);
  held.resolve(new Response(null, { status: 204 }));
  assertEquals((await slow).status, 204);
});

Deno.test("between the batches of a burst the event loop has its turn", async () => {
  let answered = 0;
  const answer = answerInBatches(() => {
    answered++;
    return new Response();
  });
  const seen: number[] = [];
  const look = () => {
    seen.push(answered);
    if (answered < 100) setImmediate(look);
  };
  const burst = Array.from({ length: 100 }, () => answer(requestFor("one"), connection));
  setImmediate(look);
  await Promise.all(burst);
  assertEquals(seen.slice(0, 3), [32, 64, 96]);
});

Deno.test("what a batch asks to store is handed to the outbox before the next batch is answered", async () => {
  const { atEnd, next } = turns();
  const steps: string[] = [];
  const commit = new GroupCommit<string>((items) => {
    steps.push(`${items.length} handed over`);
    return Promise.resolve();
  }, atEnd);
  const answer = answerInBatches(async () => {
    steps.push("answered");
    await commit.store(["delivery"]);
    return new Response();
  }, atEnd);
  const burst = Array.from({ length: 40 }, () => answer(requestFor("one"), connection));
  for (let turn = 0; turn < 3; turn++) next();
  await Promise.all(burst);
  assertEquals(steps, [
    ...Array(32).fill("answered"),
    "32 handed over",
    ...Array(8).fill("answered"),
    "8 handed over",
  ]);
});

/** An event loop of its own, and how many requests are answered without one of its turns. */
function countedAnswers() {
  const loop = turns();
  const answer = answerInBatches((request) => {
    if (nameOf(request) === "throws") throw new TypeError("no answer");
    return new Response();
  }, loop.atEnd);
  return {
    loop,
    answer,
    /** Of so many requests, how many are answered as they come. */
    atOnce(requests: number): number {
      const answers = Array.from({ length: requests }, () => answer(requestFor("one"), connection));
      return answers.filter((each) => each instanceof Response).length;
    },
  };
}

Deno.test("where fewer than six come in a turn, the next fifteen are answered as they come", () => {
  const { loop, atOnce } = countedAnswers();
  assertEquals(atOnce(5), 0);
  loop.next();
  assertEquals(atOnce(15), 15);
  assert(loop.none, "nothing is left to do");
  assertEquals(atOnce(1), 0);
});

Deno.test("where six come in a turn, the next one waits for others", () => {
  const { loop, atOnce } = countedAnswers();
  assertEquals(atOnce(6), 0);
  loop.next();
  assert(loop.none);
  assertEquals(atOnce(1), 0);
});

Deno.test("how many came in a turn is not told by what a batch leaves", () => {
  const { loop, atOnce } = countedAnswers();
  assertEquals(atOnce(34), 0);
  loop.next();
  loop.next();
  assert(loop.none, "the two that were left are answered");
  assertEquals(atOnce(1), 0);
});

Deno.test("one that cannot be answered fails alone, in a batch of its own and outside of any", async () => {
  const { loop, answer, atOnce } = countedAnswers();
  const alone = answer(requestFor("throws"), connection);
  loop.next();
  await assertRejects(async () => void await alone, TypeError, "no answer");
  assertThrows(() => answer(requestFor("throws"), connection), TypeError, "no answer");
  assertEquals(atOnce(14), 14);
});

for (const others of [5, 50]) {
  Deno.test(`requests that come while others are answered are answered as well: beside ${others}`, async () => {
    const more: (Response | Promise<Response>)[] = [];
    const answer = answerInBatches((request) => {
      if (nameOf(request) === "asks") more.push(answer(requestFor("asked"), connection));
      return new Response(nameOf(request));
    });
    const names = ["asks", ...Array(others).fill("one")];
    const texts = await Promise.all(
      names.map(async (name) => (await answer(requestFor(name), connection)).text()),
    );
    assertEquals(texts, names);
    assertEquals(await (await more[0]!).text(), "asked");
  });
}
