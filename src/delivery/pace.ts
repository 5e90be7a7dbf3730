import type { Clock } from "../chain/clock.ts";

/** What may gather unused, seconds: without it a timer that is late would lower the rate. */
const slack = 0.1;

/**
 * Keeps to a rate of requests: a bucket of tokens that is small, so that they are spread over the
 * second.
 *
 * In place of `limiter` and `bottleneck`, whose time is the machine's own and whose queue would
 * hold deliveries that belong into the outbox.
 */
export class Pace {
  readonly #rate: number;
  readonly #burst: number;
  readonly #clock: Pick<Clock, "monotonic">;
  #tokens: number;
  #filledAt: number;

  /** `rate` is in requests a second. */
  constructor(rate: number, clock: Pick<Clock, "monotonic">) {
    this.#rate = rate;
    this.#burst = Math.max(1, rate * slack);
    this.#clock = clock;
    this.#tokens = this.#burst;
    this.#filledAt = clock.monotonic();
  }

  /** Milliseconds until a request may begin, rounded up as timers are. */
  get wait(): number {
    this.#fill();
    return this.#tokens >= 1 ? 0 : Math.ceil((1 - this.#tokens) * 1000 / this.#rate);
  }

  /** A request begins. */
  take(): void {
    this.#fill();
    this.#tokens--;
  }

  #fill(): void {
    const now = this.#clock.monotonic();
    const gained = (now - this.#filledAt) * this.#rate / 1000;
    this.#tokens = Math.min(this.#burst, this.#tokens + gained);
    this.#filledAt = now;
  }
}
