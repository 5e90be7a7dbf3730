/**
 * What forwarding costs and how fast it is: the chain with it against the chain without it, the
 * delay from the answer to the arrival, and how fast a backlog drains, in both durability modes.
 *
 * `DELIVERY_ROUNDS`, `DELIVERY_SECONDS`: rounds of the first part and their length;
 * `DELIVERY_CALLBACKS`, `DELIVERY_RATE`: callbacks of the second and how many a second;
 * `DELIVERY_BACKLOG`: deliveries of the third.
 *
 * @module
 */
import { columns, processTerminal } from "../../src/cli/terminal.ts";
import { forwardingCost } from "./forwarding_cost.ts";
import { forwardingDelay } from "./forwarding_delay.ts";
import { drainBacklog } from "./drain_backlog.ts";

const setting = (name: string, otherwise: number) => Number(Deno.env.get(name) ?? otherwise);
const durabilities = ["full", "process"] as const;

const rounds = setting("DELIVERY_ROUNDS", 3);
const seconds = setting("DELIVERY_SECONDS", 3);
const cost = await forwardingCost({ rounds, seconds });
processTerminal.out([
  `${rounds} rounds of ${seconds} s, ${cost.connections} connections, ${cost.tool}; medians`,
  columns(
    ["chain", "callbacks/s", "of without", "p50 ms", "p99 ms"],
    cost.contenders.map(({ name, perSecond, p50, p99 }) => [
      name,
      perSecond.toFixed(0),
      (perSecond / cost.contenders[0]!.perSecond).toFixed(2),
      p50.toFixed(2),
      p99.toFixed(2),
    ]),
  ),
].join("\n\n"));

const callbacks = setting("DELIVERY_CALLBACKS", 3000);
const rate = setting("DELIVERY_RATE", 300);
const delays = [];
for (const durability of durabilities) {
  const { p50, p99, most } = await forwardingDelay({ durability, callbacks, rate });
  delays.push([durability, ...[p50, p99, most].map((time) => time.toFixed(1))]);
}
processTerminal.out([
  `\nfrom the answer to the arrival, ${callbacks} callbacks at ${rate} a second`,
  columns(["durability", "p50 ms", "p99 ms", "most ms"], delays),
].join("\n\n"));

const backlog = setting("DELIVERY_BACKLOG", 200_000);
const drain = await drainBacklog({ backlog });
processTerminal.out([
  `\na backlog of ${backlog} drained in ${drain.seconds.toFixed(1)} s, ` +
  `${(backlog / drain.seconds).toFixed(0)} a second`,
  columns(
    ["delivered", "RSS MiB"],
    drain.series.map(({ delivered, mebibytes }) => [String(delivered), mebibytes.toFixed(0)]),
  ),
].join("\n\n"));
