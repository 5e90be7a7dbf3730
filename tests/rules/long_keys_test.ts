import { assert, assertEquals } from "@std/assert";
import { longKey, remembering, sending } from "./long_keys.ts";
import { ruleBench } from "./rule_bench.ts";

Deno.test("many keys of 16 kB take no more memory than short ones", async () => {
  // the keys alone would be 380 MiB: more than this process is given
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--v8-flags=--max-old-space-size=160",
      import.meta.resolve("./many_long_keys.ts"),
    ],
    stdout: "null",
  }).output();
  assert(success, new TextDecoder().decode(stderr).slice(0, 2000));
});

Deno.test("keys of one length beyond 16,383 cost the same however many there are", async () => {
  await sending(200, 20_000);
  const few = await sending(500, 20_000);
  const many = await sending(4000, 20_000);
  // 8 where each key costs the same, 64 where each is compared with all others
  assert(many < 24 * few, `${many.toFixed(0)} ms for 4000, ${few.toFixed(0)} ms for 500`);
});

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
