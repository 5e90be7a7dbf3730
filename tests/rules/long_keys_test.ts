import { assert, assertEquals } from "@std/assert";
import { longKey, remembering } from "./long_keys.ts";
import { ruleBench } from "./rule_bench.ts";

Deno.test("long keys that differ at their end are told apart", async () => {
  const bench = ruleBench([...remembering, { use: "log", fields: { sent: "counts.sent['1m']" } }]);
  for (const number of [1, 2, 1]) {
    const sendID = longKey(number, 20_000);
    await bench.run({ request: { sendID, receiveID: "u2", unreadMsgNum: 1 } });
  }
  assertEquals(bench.logged.map(({ properties }) => Number(properties.sent)), [1, 1, 2]);
});

Deno.test("a delivery's order key is bounded, and one for each text", async () => {
  const settings = { analytics: { order: "sendID" } };
  const bench = ruleBench([{ use: "forward", to: "analytics" }], { settings });
  const keyOf = async (sendID: string) => {
    const { deliveries } = await bench.run({
      request: { sendID, receiveID: "u2", unreadMsgNum: 1 },
    });
    return deliveries[0]!.orderKey;
  };
  const one = await keyOf(longKey(1, 20_000));
  assert(one.length < 300, `${one.length} characters`);
  assertEquals(await keyOf(longKey(1, 20_000)) === one, true);
  assertEquals(await keyOf(longKey(2, 20_000)) === one, false);
  assertEquals(await keyOf("u1"), "u1");
});
