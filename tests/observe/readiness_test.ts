import { assertEquals } from "@std/assert";
import { ReadinessCheck } from "../../src/observe/readiness.ts";

const writable = () => Promise.resolve();

Deno.test("a router is ready while it runs, and neither before nor after", async () => {
  const check = new ReadinessCheck(writable);
  assertEquals((await check.check()).reasons, ["the router is starting"]);
  check.running();
  assertEquals(await check.check(), { state: "running", reasons: [], warnings: [] });
  check.stopping();
  assertEquals((await check.check()).reasons, ["the router is stopping"]);
});

Deno.test("a store that cannot be written makes it unready, until it can again", async () => {
  let full = true;
  const check = new ReadinessCheck(() =>
    full ? Promise.reject(new Error("database or disk is full")) : Promise.resolve()
  );
  check.running();
  assertEquals((await check.check()).reasons, [
    "the store cannot be written: database or disk is full",
  ]);
  full = false;
  assertEquals((await check.check()).reasons, []);
});

Deno.test("a warning is told for as long as it holds, and leaves it ready", async () => {
  const check = new ReadinessCheck(writable);
  check.running();
  check.warn("rules", "refused");
  assertEquals(await check.check(), { state: "running", reasons: [], warnings: ["refused"] });
  check.warn("rules", undefined);
  assertEquals((await check.check()).warnings, []);
});
