/**
 * What the process takes of the machine, under the names that Prometheus's clients share. Not
 * prom-client's own collectors: they read `/proc`, which Deno allows with every permission alone,
 * and tell 0 where they may not.
 *
 * @module
 */
import process from "node:process";
import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import type { Clock } from "../chain/clock.ts";
import { version } from "../values/version.ts";

/** How often the event loop is asked, milliseconds. */
const askEvery = 100;

/** Registers the process's figures; returns what stops the measuring. */
export function registerProcess(registry: Registry, clock: Clock): () => void {
  const registers = [registry];
  new Counter({
    name: "process_cpu_seconds_total",
    help: "CPU time that the process has used, of all its threads.",
    registers,
    collect() {
      const { user, system } = process.cpuUsage();
      this.reset();
      this.inc((user + system) / 1e6);
    },
  });
  new Gauge({
    name: "process_start_time_seconds",
    help: "When the process started, seconds since the epoch.",
    registers,
  }).set(Math.round(performance.timeOrigin) / 1000);
  new Gauge({
    name: "process_resident_memory_bytes",
    help: "Memory of the process that is in use.",
    registers,
    collect() {
      this.set(Deno.memoryUsage().rss);
    },
  });
  new Gauge({
    name: "openim_router_build_info",
    help: "Always 1; its labels tell the version of the router and of Deno.",
    labelNames: ["version", "deno"],
    registers,
  }).set({ version, deno: Deno.version.deno }, 1);
  new Gauge({
    name: "openim_router_heap_bytes",
    help: "JavaScript heap of the answering thread: used, or reserved for it.",
    labelNames: ["part"],
    registers,
    collect() {
      const { heapUsed, heapTotal } = Deno.memoryUsage();
      this.set({ part: "used" }, heapUsed);
      this.set({ part: "reserved" }, heapTotal);
    },
  });
  const delay = new Histogram({
    name: "openim_router_event_loop_delay_seconds",
    help: "How late a timer of the answering thread comes, asked ten times a second: " +
      "callbacks wait as long.",
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    registers,
  });
  return measureDelay(clock, (milliseconds) => delay.observe(milliseconds / 1000));
}

function measureDelay(clock: Clock, tell: (milliseconds: number) => void): () => void {
  let cancel = () => {};
  const ask = () => {
    const due = clock.monotonic() + askEvery;
    cancel = clock.after(askEvery, () => {
      tell(Math.max(0, clock.monotonic() - due));
      ask();
    });
  };
  ask();
  return () => cancel();
}
