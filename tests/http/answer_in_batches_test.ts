import { assertEquals, assertRejects } from "@std/assert";
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

Deno.test("a request gets its own connection's answer", async () => {
  const addresses: string[] = [];
  const answer = answerInBatches((_request, { address }) => {
    addresses.push(address);
    return new Response(address);
  });
  const other = new Connection("127.0.0.2", new FakeClock());
  const responses = [connection, other].map((each) => answer(requestFor("one"), each));
  const texts = await Promise.all(responses.map(async (response) => (await response).text()));
  assertEquals(texts, ["127.0.0.1", "127.0.0.2"]);
  assertEquals(addresses, texts);
});

Deno.test("a request that cannot be answered leaves the others of its batch theirs", async () => {
  const answer = answerInBatches((request) => {
    if (nameOf(request) === "bad") throw new TypeError("no answer");
    return nameOf(request) === "later" ? Promise.resolve(new Response()) : new Response();
  });
  const [before, bad, after, later] = ["before", "bad", "after", "later"].map((name) =>
    answer(requestFor(name), connection)
  );
  await assertRejects(() => Promise.resolve(bad), TypeError, "no answer");
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

Deno.test("a burst is answered in parts, so that its first answers do not wait for its last", async () => {
  let answered = 0;
  const answer = answerInBatches(() => {
    answered++;
    return new Response();
  });
  const burst = Array.from({ length: 100 }, () => answer(requestFor("one"), connection));
  await burst[0];
  assertEquals(answered, 32);
  await Promise.all(burst);
  assertEquals(answered, 100);
});

Deno.test("requests that come while others are answered are answered as well", async () => {
  const more: (Response | Promise<Response>)[] = [];
  const answer = answerInBatches((request) => {
    if (nameOf(request) === "first") more.push(answer(requestFor("second"), connection));
    return new Response(nameOf(request));
  });
  assertEquals(await (await answer(requestFor("first"), connection)).text(), "first");
  assertEquals(await (await more[0]!).text(), "second");
});
