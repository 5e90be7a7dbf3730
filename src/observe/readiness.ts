import type { Clock } from "../chain/clock.ts";
import type { OutboxFigures } from "../delivery/outbox_figures.ts";
import type { TargetStatus } from "../delivery/target_status.ts";
import type { Readiness } from "../operator/api/operator_context.ts";
import { deadline } from "../values/deadline.ts";
import { messageOf } from "../values/thrown.ts";

/** What can be wrong although callbacks are answered; each is a series of a metric. */
export const degradations = [
  "store",
  "lostFile",
  "targets",
  "deadLetters",
  "rules",
  "openim",
] as const;

/** What a warning is about. */
export type Degradation = typeof degradations[number];

/** One thing that is wrong although callbacks are answered. */
export interface Warning {
  readonly about: Degradation;
  readonly text: string;
}

/** Where warnings come from that are asked for when somebody looks. */
export interface ReadinessSources {
  /** Rejects if the store cannot be written. */
  store(): Promise<void>;
  outbox(): Promise<readonly OutboxFigures[]>;
  targetStatuses(): Promise<readonly TargetStatus[]>;
}

/**
 * How long a probe waits for each source, milliseconds. What is late shows at the next probe.
 * Kubernetes waits one second, and a slow disk must not restart the router.
 */
const patience = 300;

/**
 * Whether the router answers callbacks, from its start to its stop, and what else is wrong. Trouble
 * that does not keep it from answering never makes it unready: a probe that takes the only router
 * away would stop the chat.
 */
export class ReadinessCheck {
  readonly #clock: Clock;
  readonly #reported = new Map<Degradation, { readonly text: string; readonly until: number }>();
  readonly #asked: readonly AskedWarnings[];
  #state: Readiness["state"] = "starting";

  constructor(sources: ReadinessSources, clock: Clock) {
    this.#clock = clock;
    this.#asked = [
      asking(() => storeWarnings(sources)),
      asking(() => deadLetterWarnings(sources)),
      asking(() => targetWarnings(sources)),
    ];
  }

  /** Callbacks are answered from now on. */
  running(): void {
    this.#state = "running";
  }

  /** No callbacks are accepted any more. */
  stopping(): void {
    this.#state = "stopping";
  }

  /**
   * Something is wrong although callbacks are answered, for `lasts` milliseconds if given. With an
   * undefined text it is right again.
   */
  warn(about: Degradation, text: string | undefined, lasts = Infinity): void {
    if (text === undefined) this.#reported.delete(about);
    else this.#reported.set(about, { text, until: this.#clock.monotonic() + lasts });
  }

  /** How things stand at this moment. */
  async check(): Promise<Readiness> {
    const reasons = this.#state === "running" ? [] : [`the router is ${this.#state}`];
    const warnings = (await this.warnings()).map(({ text }) => text);
    return { state: this.#state, reasons, warnings };
  }

  /** What is wrong although callbacks are answered; of the store only while the router runs. */
  async warnings(): Promise<readonly Warning[]> {
    const now = this.#clock.monotonic();
    const reported = [...this.#reported].filter(([, { until }]) => now < until)
      .map(([about, { text }]) => ({ about, text }));
    if (this.#state !== "running") return reported;
    const asked = await Promise.all(this.#asked.map((source) => this.#look(source)));
    return [...asked.flat(), ...reported];
  }

  async #look(source: AskedWarnings): Promise<readonly Warning[]> {
    const asked = source.ask().then((warnings) => source.known = warnings);
    const limits = { within: patience, message: "later", clock: this.#clock };
    return await deadline(asked, limits).catch(() => source.known);
  }
}

/** A source of warnings, with what it said last. */
interface AskedWarnings {
  readonly ask: () => Promise<readonly Warning[]>;
  known: readonly Warning[];
}

function asking(ask: AskedWarnings["ask"]): AskedWarnings {
  return { ask, known: [] };
}

async function storeWarnings({ store }: ReadinessSources): Promise<readonly Warning[]> {
  try {
    await store();
    return [];
  } catch (error) {
    const reason = messageOf(error);
    return [{ about: "store", text: `the store cannot be written: ${reason}` }];
  }
}

async function deadLetterWarnings({ outbox }: ReadinessSources): Promise<readonly Warning[]> {
  // if the outbox does not answer, the store has a warning of its own
  const held = await outbox().catch(() => []);
  return held.filter(({ dead }) => dead > 0).map(({ target, dead }) => ({
    about: "deadLetters",
    text: `${dead} ${dead === 1 ? "delivery" : "deliveries"} to "${target}" ` +
      `${dead === 1 ? "was" : "were"} given up: see /api/deliveries?status=dead`,
  }));
}

/** The errors themselves are on a page that asks for the token. */
async function targetWarnings({ targetStatuses }: ReadinessSources): Promise<readonly Warning[]> {
  let all: readonly TargetStatus[];
  try {
    all = await targetStatuses();
  } catch (error) {
    const reason = messageOf(error);
    return [{ about: "targets", text: `the courier does not say how targets are: ${reason}` }];
  }
  return all.flatMap(({ target, disabled, breaker }): readonly Warning[] => {
    if (disabled !== undefined) {
      const text = `the target "${target}" wants no deliveries and is disabled: see /api/targets`;
      return [{ about: "targets", text }];
    }
    if (breaker === undefined || breaker === "closed") return [];
    const text = `the target "${target}" fails and is left alone (its breaker is ${breaker}): ` +
      "see /api/targets";
    return [{ about: "targets", text }];
  });
}
