import { assertEquals } from "@std/assert";
import { envelope } from "../../src/rules/envelope.ts";
import { ruleBench, testCommand } from "./rule_bench.ts";

const text = '{ "sendID":"u1", "receiveID":"\\u00e9é","unreadMsgNum":9007199254740993,"x":1.0 }\n';
const callback = { command: testCommand, receivedAt: 1_754_300_000_123, text };

Deno.test("an envelope says which delivery it is, of which command, and when that came", () => {
  const { data: _, ...rest } = JSON.parse(envelope("d1", callback));
  assertEquals(rest, { id: "d1", type: testCommand, timestamp: "2025-08-04T09:33:20.123Z" });
});

Deno.test("an envelope holds the callback's text byte for byte", () => {
  assertEquals(envelope("d1", callback).split('"data":')[1], `${text}}`);
});

Deno.test("a target that wants an envelope gets one with the delivery's own ID", async () => {
  const bench = ruleBench([{ use: "forward", to: "analytics" }], { body: "envelope" });
  const { deliveries } = await bench.run({ ...callback, request: JSON.parse(text) });
  assertEquals(deliveries[0]?.body, envelope(deliveries[0]!.id, callback));
});

Deno.test("a target that wants an envelope gets one in a forward that waits", async () => {
  const bench = ruleBench([{ use: "forward", to: "analytics", wait: true }], { body: "envelope" });
  await bench.run({ ...callback, request: JSON.parse(text) });
  assertEquals(bench.posted[0]?.body, envelope(bench.posted[0]!.id, callback));
});

Deno.test("a rule's own body wins over the target's envelope", async () => {
  const forward = { use: "forward", to: "analytics", body: "{'user': sendID}" };
  const { deliveries } = await ruleBench([forward], { body: "envelope" }).run();
  assertEquals(deliveries[0]?.body, '{"user":"u1"}');
});
