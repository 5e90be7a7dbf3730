/** What an operator may have done: deliveries retried or dropped, rules read again. */
import { assertEquals } from "@std/assert";
import type {
  DeliveryDetails,
  OperatorDeliveries,
} from "../../../src/http/operator/operator_deliveries.ts";
import { now, serveOperator } from "./operator_server.ts";

const dead: DeliveryDetails = {
  id: "d1",
  target: "analytics",
  command: "callbackX",
  operationID: "op-1",
  state: "dead",
  createdAt: now,
  attempts: 8,
  error: "no answer from a.example",
  body: '{"sendID":"u1"}',
};
const waiting: DeliveryDetails = {
  ...{ id: "d2", target: "alerts", command: "callbackX", operationID: "op-2" },
  ...{ state: "waiting", createdAt: now, attempts: 0, dueAt: now + 1000, body: "{}" },
};

/** Deliveries in memory; what a store knows besides, such as headers, is there as well. */
function deliveriesOf(all: readonly DeliveryDetails[]) {
  const held = new Map(all.map((delivery) => [delivery.id, { ...delivery, headers: "s3cret" }]));
  const retried: string[] = [];
  const deliveries: OperatorDeliveries = {
    list: ({ state, target, limit }) =>
      Promise.resolve(
        [...held.values()].filter((delivery) =>
          delivery.state === state && (target === undefined || delivery.target === target)
        ).slice(0, limit),
      ),
    show: (id) => Promise.resolve(held.get(id)),
    retry: (id) => Promise.resolve(held.has(id) && retried.push(id) > 0),
    drop: (id) => Promise.resolve(held.delete(id)),
  };
  return { deliveries, retried };
}

const post = { method: "POST" };
const { body, createdAt: _, ...facts } = dead;
const summary = { ...facts, createdAt: new Date(now).toISOString() };

Deno.test("dead letters are listed without their bodies, and what waits where it is asked for", async () => {
  await using server = serveOperator(deliveriesOf([dead, waiting]));
  assertEquals((await server.get("/api/deliveries")).body, [summary]);
  const { body: [next] } = await server.get("/api/deliveries?state=waiting");
  assertEquals([next.id, next.dueAt], ["d2", new Date(now + 1000).toISOString()]);
  assertEquals((await server.get("/api/deliveries?state=dead&target=alerts")).body, []);
});

Deno.test("a delivery is shown with its body, and with nothing else that may be secret", async () => {
  await using server = serveOperator(deliveriesOf([dead]));
  assertEquals((await server.get("/api/deliveries/d1")).body, { ...summary, body });
});

Deno.test("a dead letter is retried", async () => {
  const { deliveries, retried } = deliveriesOf([dead]);
  await using server = serveOperator({ deliveries });
  assertEquals((await server.get("/api/deliveries/d1/retry", post)).body, {
    id: "d1",
    done: "retry",
  });
  assertEquals(retried, ["d1"]);
});

Deno.test("a delivery that is dropped is gone", async () => {
  await using server = serveOperator(deliveriesOf([dead]));
  assertEquals((await server.get("/api/deliveries/d1/drop", post)).status, 200);
  assertEquals((await server.get("/api/deliveries")).body, []);
  for (const path of ["", "/retry", "/drop"]) {
    const { status } = await server.get(`/api/deliveries/d1${path}`, path === "" ? {} : post);
    assertEquals(status, 404, path);
  }
});

Deno.test("nothing is retried or dropped by looking", async () => {
  const { deliveries, retried } = deliveriesOf([dead]);
  await using server = serveOperator({ deliveries });
  for (const path of ["retry", "drop"]) {
    assertEquals((await server.get(`/api/deliveries/d1/${path}`)).status, 404);
  }
  assertEquals(retried, []);
  assertEquals((await server.get("/api/deliveries")).body.length, 1);
});

Deno.test("the rules file is read again, and what is wrong with it is said", async () => {
  const reports = [
    { applied: true, problems: [] },
    { applied: false, problems: ["rules.json:3:5 unknown rule"] },
  ];
  await using server = serveOperator({ reload: () => Promise.resolve(reports.shift()!) });
  const first = await server.get("/api/reload", post);
  assertEquals(first, { status: 200, body: { applied: true, problems: [] } });
  const second = await server.get("/api/reload", post);
  assertEquals(second.status, 422);
  assertEquals(second.body.problems, ["rules.json:3:5 unknown rule"]);
});

Deno.test("what the router cannot do has no page", async () => {
  await using server = serveOperator();
  assertEquals((await server.get("/api/deliveries")).status, 404);
  assertEquals((await server.get("/api/reload", post)).status, 404);
});
