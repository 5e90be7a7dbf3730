import type { Histogram, MetricObjectWithValues, MetricValueWithName, Registry } from "prom-client";

/**
 * Durations sorted into buckets. prom-client's own histogram takes a third of a microsecond for
 * each, as it looks its labels up anew; this one is held by who measures and takes next to nothing.
 */
export class DurationTally {
  readonly #bounds: readonly number[];
  /** One more than there are bounds: what is above the last. */
  readonly #counts: Float64Array;
  #sum = 0;

  /** `bounds` are the buckets' upper ends, milliseconds, rising. */
  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = new Float64Array(bounds.length + 1);
  }

  /** Whether it has no duration yet: twenty series of zeros would tell nobody anything. */
  get empty(): boolean {
    return this.#counts.every((count) => count === 0);
  }

  /** Adds a duration, milliseconds. */
  add(duration: number): void {
    const bounds = this.#bounds;
    let bucket = 0;
    while (bucket < bounds.length && duration > bounds[bucket]!) bucket++;
    this.#counts[bucket]!++;
    this.#sum += duration;
  }

  /** The series of a histogram in Prometheus's sense, in seconds. */
  *series(name: string, labels: Labels): Generator<MetricValueWithName<string>> {
    let count = 0;
    for (const [bucket, within] of this.#counts.entries()) {
      count += within;
      const bound = this.#bounds[bucket];
      const le = bound === undefined ? "+Inf" : bound / 1000;
      yield { metricName: `${name}_bucket`, labels: { ...labels, le }, value: count };
    }
    yield { metricName: `${name}_sum`, labels, value: this.#sum / 1000 };
    yield { metricName: `${name}_count`, labels, value: count };
  }
}

/** A series's labels. */
export type Labels = Readonly<Record<string, string>>;

/** Upper ends of buckets for what runs in this process, from 10 µs to 5 s, in milliseconds. */
export const processingBounds: readonly number[] = [
  ...[0.01, 0.025, 0.05, 0.1, 0.25, 0.5],
  ...[1, 2.5, 5, 10, 25, 50],
  ...[100, 250, 500, 1000, 2500, 5000],
];

/** Registers a histogram whose series are read from tallies when it is asked for. */
export function registerTallies(registry: Registry, { name, help, labelNames, tallies }: {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly string[];
  readonly tallies: () => Iterable<readonly [Labels, DurationTally]>;
}): void {
  const metric = {
    name,
    help,
    type: "histogram",
    aggregator: "sum",
    labelNames,
    get(): Promise<MetricObjectWithValues<MetricValueWithName<string>>> {
      const values = [...tallies()]
        .filter(([, tally]) => !tally.empty)
        .flatMap(([labels, tally]) => [...tally.series(name, labels)]);
      return Promise.resolve({ ...this, values } as unknown as MetricObjectWithValues<
        MetricValueWithName<string>
      >);
    },
  };
  // the registry asks its metrics for get() alone; its type wants one of the library's own classes
  registry.registerMetric(metric as unknown as Histogram);
}
