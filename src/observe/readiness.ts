import type { Readiness } from "../http/operator/operator_context.ts";

/** Follows whether the router can answer callbacks, from its start to its stop. */
export class ReadinessCheck {
  readonly #probe: () => Promise<void>;
  readonly #warnings = new Map<string, string>();
  #state: Readiness["state"] = "starting";

  /** `probe` rejects when the store cannot be written. */
  constructor(probe: () => Promise<void>) {
    this.#probe = probe;
  }

  /** Callbacks are answered from now on. */
  running(): void {
    this.#state = "running";
  }

  /** Callbacks are not taken any more. */
  stopping(): void {
    this.#state = "stopping";
  }

  /** Something is wrong although callbacks are answered; undefined when it is right again. */
  warn(about: string, warning: string | undefined): void {
    if (warning === undefined) this.#warnings.delete(about);
    else this.#warnings.set(about, warning);
  }

  /** How things stand at this moment. */
  async check(): Promise<Readiness> {
    const reasons = this.#state === "running"
      ? await this.#storeReasons()
      : [`the router is ${this.#state}`];
    return { state: this.#state, reasons, warnings: [...this.#warnings.values()] };
  }

  async #storeReasons(): Promise<readonly string[]> {
    try {
      await this.#probe();
      return [];
    } catch (error) {
      return [`the store cannot be written: ${(error as Error).message}`];
    }
  }
}
