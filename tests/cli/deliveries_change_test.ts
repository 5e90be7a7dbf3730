import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import {
  type ChangeOptions,
  dropDeliveries,
  retryDeliveries,
} from "../../src/cli/deliveries_change.ts";
import { UsageError } from "../../src/cli/terminal.ts";
import { type Stored, storedOutbox } from "./stored_outbox.ts";

const hour = 3_600_000;
const none = new Set<number>();

/** Changes an outbox; returns what waits afterwards, what was said, and how far it was told. */
async function changed(
  change: typeof retryDeliveries,
  stored: readonly Stored[],
  options: Partial<ChangeOptions>,
) {
  await using outbox = await storedOutbox(stored);
  const steps: number[] = [];
  await change(
    { rules: outbox.rules, ids: [], dryRun: false, all: false, ...options },
    outbox.terminal,
    (_what, total) => ({
      advance: (count) => void steps.push(count),
      end: () => void steps.push(-total),
    }),
  );
  const due = await outbox.outbox.due("analytics", Date.now(), 10_000, none);
  const [counts = { waiting: 0, dead: 0 }] = await outbox.outbox.counts();
  return {
    due: due.map(({ id }) => id),
    attempts: due.map(({ attempts }) => attempts),
    waiting: counts.waiting,
    dead: counts.dead,
    said: outbox.terminal.output,
    steps,
  };
}

const dead = (...ids: readonly string[]): Stored[] => ids.map((id) => ({ id, became: "dead" }));

Deno.test("retry puts dead letters back in the order of storing, with all their attempts", async () => {
  const result = await changed(retryDeliveries, dead("d1", "d2", "d3"), { all: true });
  assertEquals(result.due, ["d1", "d2", "d3"]);
  assertEquals(result.attempts, [0, 0, 0]);
  assertEquals(result.said, "put back 3 deliveries; a running router sends them within seconds\n");
});

Deno.test("retry --since --target puts back what was made since then for the target", async () => {
  const result = await changed(retryDeliveries, [
    { id: "old", became: "dead", createdAt: Date.now() - 3 * hour },
    { id: "other", became: "dead", target: "crm" },
    ...dead("d1", "d2"),
  ], { since: "2h", target: "analytics" });
  assertEquals(result.due, ["d1", "d2"]);
});

Deno.test("a dead letter that is put back goes before those behind it in its key", async () => {
  const keyed = (id: string, orderKey: string): Stored => ({ id, orderKey });
  const result = await changed(
    retryDeliveries,
    [{ ...keyed("a1", "a"), became: "dead" }, keyed("a2", "a"), keyed("b1", "b")],
    { ids: ["a1"] },
  );
  assertEquals(result.due.filter((id) => id.startsWith("a")), ["a1", "a2"]);
});

Deno.test("retry takes IDs, and leaves what waits for its time alone", async () => {
  const result = await changed(
    retryDeliveries,
    [...dead("d1", "d2"), { id: "d3", became: "retry" }],
    { ids: ["d2", "d3"] },
  );
  assertEquals(result.due, ["d2"]);
});

Deno.test("retry --status waiting makes what waits for its time due now", async () => {
  const result = await changed(retryDeliveries, [{ id: "d1", became: "retry" }], {
    status: "waiting",
  });
  assertEquals(result.due, ["d1"]);
});

Deno.test("retry --status delivered sends again what was delivered and is kept", async () => {
  const result = await changed(retryDeliveries, [{ id: "d1", became: "delivered" }], {
    status: "delivered",
  });
  assertEquals(result.due, ["d1"]);
});

Deno.test("drop deletes dead letters and nothing that waits", async () => {
  const result = await changed(dropDeliveries, [...dead("d1", "d2"), { id: "d3" }], { all: true });
  assertEquals([result.waiting, result.dead, result.due], [1, 0, ["d3"]]);
  assertEquals(result.said, "dropped 2 deliveries\n");
});

Deno.test("drop of a waiting delivery lets those behind it in its key go", async () => {
  const first: Stored = { id: "a1", orderKey: "a", became: "retry" };
  const result = await changed(dropDeliveries, [first, { id: "a2", orderKey: "a" }], {
    status: "waiting",
    ids: ["a1"],
  });
  assertEquals(result.due, ["a2"]);
});

for (const change of [retryDeliveries, dropDeliveries]) {
  Deno.test(`${change.name} --dry-run says what would be done and does nothing`, async () => {
    const ids = Array.from({ length: 12 }, (_, at) => `d${at + 1}`);
    const result = await changed(change, dead(...ids), { all: true, dryRun: true });
    assertEquals(result.dead, 12);
    const verb = change === retryDeliveries ? "put back" : "drop";
    assertStringIncludes(result.said, `would ${verb} 12 deliveries:\nid `);
    assertStringIncludes(result.said, "\nd10  dead");
    assertStringIncludes(result.said, "and 2 more");
  });

  Deno.test(`${change.name} without a word of which is refused`, async () => {
    const error = await assertRejects(() => changed(change, dead("d1"), {}), UsageError);
    assertStringIncludes(error.message, "IDs, options, or --all");
  });

  Deno.test(`${change.name} of an empty ID, which begins them all, is refused`, async () => {
    const error = await assertRejects(() => changed(change, dead("d1"), { ids: [""] }), UsageError);
    assertStringIncludes(error.message, "an ID is empty");
  });

  Deno.test(`${change.name} of an ID that there is not changes nothing and names it`, async () => {
    await using outbox = await storedOutbox(dead("d1"));
    const options = { rules: outbox.rules, ids: ["d1", "e2"], dryRun: false, all: false };
    const error = await assertRejects(
      () => change(options, outbox.terminal, () => ({ advance() {}, end() {} })),
      UsageError,
    );
    assertStringIncludes(error.message, 'there is no delivery e2: "deliveries list"');
    assertEquals((await outbox.outbox.counts())[0]?.dead, 1);
  });

  Deno.test(`${change.name} of a delivery that is not dead says why nothing is done`, async () => {
    const error = await assertRejects(
      () => changed(change, [{ id: "d1" }], { ids: ["d1"] }),
      UsageError,
    );
    assertStringIncludes(error.message, "without --status dead letters alone are meant");
  });

  Deno.test(`${change.name} says of a target that there is not which one is near`, async () => {
    await using outbox = await storedOutbox(dead("d1"), {
      targets: { analytics: { url: "https://analytics.example.com/" } },
    });
    const options = { rules: outbox.rules, ids: [], target: "analitics" };
    for (const dryRun of [true, false]) {
      await change(
        { ...options, dryRun, all: false },
        outbox.terminal,
        () => ({ advance() {}, end() {} }),
      );
    }
    const hint =
      '0 deliveries; the rules file has no target "analitics", did you mean "analytics"?';
    assertEquals(outbox.terminal.output.split(hint).length, 3, outbox.terminal.output);
  });

  Deno.test(`${change.name} tells how far it is, in parts that a router can wait for`, async () => {
    const ids = Array.from({ length: 1200 }, (_, at) => `d${at}`);
    const { steps } = await changed(change, dead(...ids), { all: true });
    assertEquals(steps, [500, 500, 200, -1200]);
  });

  Deno.test(`${change.name} of nothing says so`, async () => {
    const { said } = await changed(change, dead("d1"), { age: "9d" });
    assertEquals(said, `${change === retryDeliveries ? "put back" : "dropped"} 0 deliveries\n`);
  });
}
