import { Counter, Gauge, Histogram, Registry } from "prom-client";

/** A series's labels. */
export type Labels = Readonly<Record<string, string>>;

/** A metric as the documentation lists it. */
export interface MetricDescription {
  readonly name: string;
  readonly type: "counter" | "gauge" | "histogram";
  readonly help: string;
  readonly labelNames: readonly string[];
}

/** Where metrics are registered, each with its meaning. */
export class MetricRegistry {
  /** The registry of Prometheus's client. */
  readonly #registry = new Registry();
  readonly #descriptions: MetricDescription[] = [];

  /** Every metric's name, type and meaning, with the names of its labels. */
  get descriptions(): readonly MetricDescription[] {
    return this.#descriptions;
  }

  /** What Prometheus reads, and its content type. */
  async exposition(): Promise<{ readonly text: string; readonly contentType: string }> {
    return { text: await this.#registry.metrics(), contentType: this.#registry.contentType };
  }

  /** A counter; with `read`, its series are read whenever somebody asks for the metrics. */
  counter(
    name: string,
    help: string,
    labelNames: readonly string[] = [],
    read?: () => Iterable<readonly [Labels, number]>,
  ): Counter {
    this.#descriptions.push({ name, type: "counter", help, labelNames });
    const counter: Counter = new Counter({
      name,
      help,
      labelNames,
      registers: [this.#registry],
      ...read !== undefined && {
        collect() {
          counter.reset();
          for (const [labels, value] of read()) counter.inc(labels, value);
        },
      },
    });
    return counter;
  }

  /** A gauge; with `read`, its series are read whenever somebody asks for the metrics. */
  gauge(
    name: string,
    help: string,
    labelNames: readonly string[] = [],
    read?: () => Awaitable<Iterable<readonly [Labels, number]>>,
  ): Gauge {
    this.#descriptions.push({ name, type: "gauge", help, labelNames });
    const gauge: Gauge = new Gauge({
      name,
      help,
      labelNames,
      registers: [this.#registry],
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

  /** A histogram; `buckets` are their upper ends. */
  histogram(
    name: string,
    help: string,
    labelNames: readonly string[],
    buckets: readonly number[],
  ): Histogram {
    this.#descriptions.push({ name, type: "histogram", help, labelNames });
    return new Histogram({
      name,
      help,
      labelNames,
      registers: [this.#registry],
      buckets: [...buckets],
    });
  }
}

type Awaitable<Value> = Value | Promise<Value>;
