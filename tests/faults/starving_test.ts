/**
 * Ten targets, one of which hangs: what the other nine wait for their deliveries, against a router
 * without the tenth in the same run, rounds of both in turn.
 *
 * @module
 */
import { assert } from "@std/assert";
import type { RouterProcess } from "../support/router_process.ts";
import { startTarget } from "../support/target_server.ts";
import { print, startForwarding } from "./forwarding.ts";

const others = 9;
const rounds = 5;
const callbacks = 200;

Deno.test("a target that hangs delays the other nine by less than as much again", async () => {
  await using hanging = startTarget((_request, signal) =>
    new Promise((resolve) => signal.addEventListener("abort", () => resolve(new Response())))
  );
  let began = 0;
  let delays: number[] = [];
  let arrived = Promise.withResolvers<void>();
  await using well = startTarget(() => {
    delays.push(performance.now() - began);
    if (delays.length % others === 0) arrived.resolve();
    return new Response(null, { status: 204 });
  });
  const names = Array.from({ length: others }, (_, index) => `well${index}`);
  const nine = Object.fromEntries(names.map((name) => [name, { url: well.url }]));
  await using without = await startForwarding(nine);
  await using beside = await startForwarding({ hanging: { url: hanging.url }, ...nine });
  const body = JSON.stringify({ sendID: "u1", receiveID: "u1", unreadMsgNum: 1 });

  /**
   * One round, callback by callback, each after the deliveries of the one before it have arrived:
   * what is measured is the way, not a queue. Returns the 99th percentile, milliseconds.
   */
  const round = async (router: RouterProcess): Promise<number> => {
    delays = [];
    for (let sent = 0; sent < callbacks; sent++) {
      arrived = Promise.withResolvers();
      began = performance.now();
      await (await router.post(body)).body?.cancel();
      await arrived.promise;
    }
    return delays.toSorted((one, other) => one - other)[Math.floor(delays.length * 0.99)]!;
  };

  const times = { without: [] as number[], beside: [] as number[] };
  await round(without);
  await round(beside);
  for (let count = 0; count < rounds; count++) {
    times.without.push(await round(without));
    times.beside.push(await round(beside));
  }
  const [alone, starved] = [median(times.without), median(times.beside)];
  print(
    `p99 of nine targets: ${alone.toFixed(1)} ms, ${starved.toFixed(1)} ms beside one that hangs ` +
      `(${(starved / alone).toFixed(2)} times; medians of ${rounds} rounds)`,
  );
  assert(hanging.received.length >= 8, "the tenth target has as many requests as it allows");
  assert(starved <= 2 * alone, `${starved} ms are more than twice ${alone} ms`);
});

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)]!;
}
