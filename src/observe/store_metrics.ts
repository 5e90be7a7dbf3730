import type { Clock } from "../chain/clock.ts";
import type { OutboxFigures } from "../delivery/outbox_figures.ts";
import type { TargetStatus } from "../delivery/target_status.ts";
import type { MetricRegistry } from "./metric_registry.ts";
import { degradations, type Warning } from "./readiness.ts";

/** Where the figures of the outbox and of the targets come from. */
export interface StoreSources {
  /** What the outbox holds; rejects if it does not answer in time, and is then left out. */
  outbox(): Promise<readonly OutboxFigures[]>;
  /** The state of the targets; as above. */
  targetStatuses(): Promise<readonly TargetStatus[]>;
  /** Rejects if the store cannot be written. */
  store(): Promise<void>;
  /** What is wrong although callbacks are answered. */
  warnings(): Promise<readonly Warning[]>;
}

/** Registers the metrics that are asked for when somebody reads them. */
export function registerStore(metrics: MetricRegistry, sources: StoreSources, clock: Clock): void {
  metrics.gauge(
    "openim_router_store_writable",
    "Whether the store can be written (1) or not (0), such as on a full disk. The router " +
      "checks by writing to it.",
    [],
    async () => [[{}, await sources.store().then(() => 1, () => 0)]],
  );
  metrics.gauge(
    "openim_router_degraded",
    "How many things of a kind are wrong while callbacks are answered. /healthz names them.",
    ["about"],
    async () => {
      const warnings = await sources.warnings();
      return degradations.map((about) => [
        { about },
        warnings.filter((warning) => warning.about === about).length,
      ]);
    },
  );
  registerOutbox(metrics, sources, clock);
  registerTargets(metrics, sources);
}

function registerOutbox(metrics: MetricRegistry, sources: StoreSources, clock: Clock): void {
  const figures = async () => await outboxFigures(sources).catch(() => []);
  metrics.gauge(
    "openim_router_outbox_deliveries",
    "Deliveries in the outbox: waiting, or dead letters.",
    ["target", "state"],
    async () =>
      (await figures()).flatMap(({ target, waiting, dead }) => [
        [{ target, state: "waiting" }, waiting],
        [{ target, state: "dead" }, dead],
      ]),
  );
  metrics.gauge(
    "openim_router_outbox_oldest_age_seconds",
    "The age of the oldest delivery that waits, or 0 if none waits.",
    ["target"],
    async () => {
      const now = clock.now();
      const age = (oldest: number | undefined) => Math.max(0, now - (oldest ?? now)) / 1000;
      return (await figures()).map(({ target, oldest }) => [{ target }, age(oldest)]);
    },
  );
}

/** What the outbox holds for each target; 0 for one that it holds nothing for. */
async function outboxFigures(
  { outbox, targetStatuses }: StoreSources,
): Promise<readonly OutboxFigures[]> {
  const [held, targets] = await Promise.all([outbox(), targetStatuses().catch(() => [])]);
  const holding = new Set(held.map(({ target }) => target));
  const empty = targets.filter(({ target }) => !holding.has(target));
  return [
    ...held,
    ...empty.map(({ target }) => ({ target, waiting: 0, dead: 0, oldest: undefined })),
  ];
}

/** What a breaker may be; each is a series, and one of them is 1. */
const breakerStates = ["closed", "open", "halfOpen"] as const;

function registerTargets(metrics: MetricRegistry, sources: StoreSources): void {
  const targetStatuses = async () => await sources.targetStatuses().catch(() => []);
  metrics.gauge(
    "openim_router_target_disabled",
    "Whether a target is disabled (1). Its deliveries wait until it is resumed.",
    ["target"],
    async () =>
      (await targetStatuses()).map(({ target, disabled }) => [
        { target },
        disabled === undefined ? 0 : 1,
      ]),
  );
  metrics.gauge(
    "openim_router_target_breaker",
    "The circuit breaker of a target: 1 for the state that it is in, 0 for the others.",
    ["target", "state"],
    async () =>
      (await targetStatuses()).flatMap(({ target, breaker }) =>
        breaker === undefined
          ? []
          : breakerStates.map((state) => [{ target, state }, state === breaker ? 1 : 0] as const)
      ),
  );
  metrics.gauge(
    "openim_router_target_left_alone",
    "Whether nothing is sent to a target (1): it is disabled, fails, or asked for a pause.",
    ["target"],
    async () =>
      (await targetStatuses()).map(({ target, leftAlone }) => [{ target }, leftAlone > 0 ? 1 : 0]),
  );
  metrics.gauge(
    "openim_router_target_requests_under_way",
    "Requests to a target that it has not answered yet.",
    ["target"],
    async () => (await targetStatuses()).map(({ target, underWay }) => [{ target }, underWay]),
  );
}
