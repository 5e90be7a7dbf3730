/**
 * What the process uses of the machine, under the names that Prometheus's clients share. Not
 * prom-client's own collectors: they read `/proc`, which Deno allows only with every permission, and
 * report 0 if they may not.
 *
 * @module
 */
import process from "node:process";
import type { Clock } from "../chain/clock.ts";
import { version } from "../values/version.ts";
import type { MetricRegistry } from "./metric_registry.ts";

/** How often the delay of the event loop is measured, milliseconds. */
const measureEvery = 100;

/** Registers the process's figures; returns what stops the measuring. */
export function registerProcess(metrics: MetricRegistry, clock: Clock): () => void {
  metrics.counter(
    "process_cpu_seconds_total",
    "CPU time that the process has used, of all its threads.",
    [],
    () => {
      const { user, system } = process.cpuUsage();
      return [[{}, (user + system) / 1e6]];
    },
  );
  metrics.gauge(
    "process_start_time_seconds",
    "When the process started, seconds since the epoch.",
  ).set(Math.round(performance.timeOrigin) / 1000);
  metrics.gauge(
    "process_resident_memory_bytes",
    "Memory of the process that is in use.",
    [],
    () => [[{}, Deno.memoryUsage().rss]],
  );
  metrics.gauge(
    "openim_router_build_info",
    "Always 1. Its labels are the versions of the router and of Deno.",
    ["version", "deno"],
  ).set({ version, deno: Deno.version.deno }, 1);
  metrics.gauge(
    "openim_router_heap_bytes",
    "JavaScript heap of the answering thread: used, or reserved for it.",
    ["part"],
    () => {
      const { heapUsed, heapTotal } = Deno.memoryUsage();
      return [[{ part: "used" }, heapUsed], [{ part: "reserved" }, heapTotal]];
    },
  );
  const delay = metrics.histogram(
    "openim_router_event_loop_delay_seconds",
    "How late a timer of the answering thread comes, ten times a second. Callbacks wait as " +
      "long.",
    [],
    [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
  );
  return measureDelay(clock, (milliseconds) => delay.observe(milliseconds / 1000));
}

function measureDelay(clock: Clock, report: (milliseconds: number) => void): () => void {
  let cancel = () => {};
  const measure = () => {
    const due = clock.monotonic() + measureEvery;
    cancel = clock.after(measureEvery, () => {
      report(Math.max(0, clock.monotonic() - due));
      measure();
    });
  };
  measure();
  return () => cancel();
}
