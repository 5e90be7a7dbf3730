/** Deliveries as an operator lists, shows, retries and drops them. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  type DeliveryChoice,
  type DeliveryDetails,
  type DeliveryQuery,
  type OperatorDeliveries,
  OutboxUnavailable,
} from "../../../src/operator/api/operator_deliveries.ts";
import { command, now, serveOperator } from "./operator_server.ts";

const dead: DeliveryDetails = {
  storeID: 1,
  id: "d1",
  target: "analytics",
  command: "callbackX",
  operationID: "op-1",
  orderKey: "g1",
  status: "dead",
  createdAt: now,
  attempts: 8,
  dueAt: now,
  endedAt: now + 5000,
  error: "no answer from a.example",
  headers: { authorization: "********" },
  body: '{"sendID":"u1"}',
  tries: [{ number: 8, at: now, duration: 7, status: 503, error: "status 503", answer: "busy" }],
};
const waiting: DeliveryDetails = {
  ...{ id: "d2", target: "alerts", command: "callbackX", operationID: "op-2", orderKey: "" },
  ...{ storeID: 2, endedAt: undefined, error: undefined },
  ...{ status: "waiting", createdAt: now, attempts: 0, dueAt: now + 1000 },
  ...{ headers: {}, body: "{}", tries: [] },
};

/** Deliveries in memory, with what was asked of them. */
function deliveriesOf(...all: readonly DeliveryDetails[]) {
  const queries: DeliveryQuery[] = [];
  const choices: (DeliveryChoice & { readonly change: string })[] = [];
  const change = (change: string) => (choice: DeliveryChoice) => {
    choices.push({ change, ...choice });
    const chosen = all.filter(({ id, status }) =>
      choice.wholeIDs?.includes(id) ?? choice.statuses?.includes(status)
    );
    return Promise.resolve({ count: chosen.length, first: choice.dryRun ? chosen : [] });
  };
  const deliveries: OperatorDeliveries = {
    list(query) {
      queries.push(query);
      const listed = all.slice(query.after, query.after + query.limit);
      const next = query.after + listed.length;
      return Promise.resolve({ deliveries: listed, next: next < all.length ? next : undefined });
    },
    show: (id) => Promise.resolve(all.find((delivery) => delivery.id === id)),
    retry: change("retry"),
    drop: change("drop"),
  };
  return { deliveries, queries, choices };
}

const post = (body?: object) =>
  body === undefined ? { method: "POST" } : {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  };

const listed = {
  ...{ id: "d1", target: "analytics", command: "callbackX", operationID: "op-1", orderKey: "g1" },
  ...{ status: "dead", createdAt: new Date(now).toISOString(), attempts: 8 },
  ...{ endedAt: new Date(now + 5000).toISOString(), error: "no answer from a.example" },
};

Deno.test("deliveries are listed page by page, without what they deliver", async () => {
  const { deliveries } = deliveriesOf(dead, waiting);
  await using server = serveOperator({ deliveries });
  const first = await server.get("/api/deliveries?limit=1");
  assertEquals(first.body, { deliveries: [listed], next: 1 });
  const { body } = await server.get(`/api/deliveries?limit=1&after=${first.body.next}`);
  assertEquals([body.deliveries[0].id, body.next], ["d2", undefined]);
  assertEquals(body.deliveries[0].dueAt, new Date(now + 1000).toISOString());
});

Deno.test("what is asked for is told to the outbox, times as points in time", async () => {
  const { deliveries, queries } = deliveriesOf();
  await using server = serveOperator({ deliveries });
  await server.get(
    "/api/deliveries?status=dead&target=analytics&since=2h&age=30m" +
      "&command=callbackGroupMsgReadCommand",
  );
  assertEquals(queries, [{
    ...{ statuses: ["dead"], target: "analytics", command, after: 0, limit: 50 },
    wholeIDs: undefined,
    ...{ madeFrom: now - 7_200_000, madeUntil: now - 1_800_000 },
  }]);
  for (const wrong of ["since=soon", "status=gone", "limit=501", "after=-1"]) {
    assertEquals((await server.get(`/api/deliveries?${wrong}`)).status, 400, wrong);
  }
  assertEquals(queries.length, 1);
});

Deno.test("a delivery is shown with its body, its headers and its attempts", async () => {
  const stored = { ...dead, secret: "s3cret" };
  await using server = serveOperator(deliveriesOf(stored));
  assertEquals((await server.get("/api/deliveries/d1")).body, {
    ...listed,
    headers: { authorization: "********" },
    body: '{"sendID":"u1"}',
    tries: [{ ...dead.tries[0], at: new Date(now).toISOString() }],
  });
  assertEquals((await server.get("/api/deliveries/d")).status, 404, "half an ID is none");
});

Deno.test("one delivery is retried or dropped, or would be", async () => {
  const { deliveries, choices } = deliveriesOf(dead, waiting);
  await using server = serveOperator({ deliveries });
  for (const change of ["retry", "drop"]) {
    const { body } = await server.get(`/api/deliveries/d1/${change}`, post());
    assertEquals(body, { change, dryRun: false, count: 1 });
    const dry = await server.get(`/api/deliveries/d2/${change}?dryRun=true`, post());
    assertEquals([dry.body.dryRun, dry.body.first[0].id], [true, "d2"]);
    assertEquals((await server.get(`/api/deliveries/d3/${change}`, post())).status, 404);
  }
  assertEquals(
    choices.filter(({ dryRun }) => !dryRun).map(({ change, wholeIDs }) => [change, wholeIDs]),
    [
      ...[["retry", ["d1"]], ["retry", ["d3"]], ["drop", ["d1"]], ["drop", ["d3"]]],
    ],
  );
});

Deno.test("many are changed where it is said which, dead letters by default", async () => {
  const { deliveries, choices } = deliveriesOf(dead, waiting);
  await using server = serveOperator({ deliveries });
  const { body } = await server.get("/api/deliveries/retry", post({ since: "2h" }));
  assertEquals(body, { change: "retry", dryRun: false, count: 1 });
  const dry = await server.get("/api/deliveries/drop", post({ all: true, dryRun: true }));
  assertEquals(dry.body, { change: "drop", dryRun: true, count: 1, first: [listed] });
  assertEquals(choices.map(({ statuses, madeFrom }) => [statuses?.join(), madeFrom]), [
    ["dead", now - 7_200_000],
    ["dead", undefined],
  ]);
});

Deno.test("where it is not said which, or not understood, nothing is changed", async () => {
  const { deliveries, choices } = deliveriesOf(dead);
  await using server = serveOperator({ deliveries });
  for (const wrong of [{}, { dryRun: true }, { all: false }, { older: "2h" }, { age: "2 hours" }]) {
    const { status, body } = await server.get("/api/deliveries/drop", post(wrong));
    assertEquals([status, typeof body.error], [400, "string"], JSON.stringify(wrong));
  }
  const headers = { "content-type": "application/json" };
  const half = { method: "POST", headers, body: '{"all":' };
  assertEquals((await server.get("/api/deliveries/drop", half)).status, 400);
  assertEquals((await server.get("/api/deliveries/drop")).status, 404, "looking changes nothing");
  assertEquals(choices, []);
});

Deno.test("an outbox that cannot do it is told as such, with its reason", async () => {
  const full = () => Promise.reject(new OutboxUnavailable("database or disk is full"));
  const { deliveries } = deliveriesOf();
  await using server = serveOperator({ deliveries: { ...deliveries, list: full, retry: full } });
  const list = await server.get("/api/deliveries");
  const retry = await server.get("/api/deliveries/d1/retry", post());
  for (const { status, body } of [list, retry]) {
    assertEquals(status, 503);
    assertStringIncludes(body.error, "disk is full");
  }
  assertEquals(server.failures, []);
});
