import { Counter, Gauge, Registry } from "prom-client";
import type { Labels } from "./duration_tally.ts";

/** What every name starts with. */
export const prefix = "openim_router";

/** Where metrics are registered, under the router's own names. */
export class MetricRegistry {
  /** Prometheus's client's own. */
  readonly registry = new Registry();

  /** A counter; with `read` it is that which is read whenever somebody looks. */
  counter(
    name: string,
    help: string,
    labelNames: readonly string[] = [],
    read?: () => Iterable<readonly [Labels, number]>,
  ): Counter {
    const counter: Counter = new Counter({
      name: `${prefix}_${name}`,
      help,
      labelNames,
      registers: [this.registry],
      ...read !== undefined && {
        collect() {
          counter.reset();
          for (const [labels, value] of read()) counter.inc(labels, value);
        },
      },
    });
    return counter;
  }

  /** A gauge; with `read` it is that which is read whenever somebody looks. */
  gauge(
    name: string,
    help: string,
    labelNames: readonly string[] = [],
    read?: () => Promise<Iterable<readonly [Labels, number]>>,
  ): Gauge {
    const gauge: Gauge = new Gauge({
      name: `${prefix}_${name}`,
      help,
      labelNames,
      registers: [this.registry],
      ...read !== undefined && {
        async collect() {
          const values = await read();
          gauge.reset();
          for (const [labels, value] of values) gauge.set(labels, value);
        },
      },
    });
    return gauge;
  }
}
