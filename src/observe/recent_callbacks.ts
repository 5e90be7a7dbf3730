import type { Chain, LinkTrace } from "../chain/chain.ts";
import type { CallbackWatch, CallbackWatcher } from "../http/callback_watch.ts";
import type { RecentCallback, RecentRule } from "../http/operator/recent_callback.ts";
import type { Callback } from "../openim/callback.ts";
import { withoutQuotes } from "../openim/message_text_fields.ts";

/** How many callbacks are recorded and kept. */
export interface RecentSettings {
  /** How many are kept; 0 records none. */
  readonly keep: number;
  /** How many are recorded in a second at most. */
  readonly perSecond: number;
  /** Takes secrets out of what errors say. */
  readonly mask?: (text: string) => string;
}

/**
 * The latest callbacks with what their rules did. The first so many of every second are recorded:
 * few callbacks are all there, of many a part, and the cost is bounded. No text of a body is kept.
 */
export class RecentCallbacks implements CallbackWatcher {
  readonly #others: CallbackWatcher;
  readonly #settings: RecentSettings;
  /** A ring; the oldest is replaced. */
  readonly #ring: RecentCallback[] = [];
  #next = 0;
  /** The second in which was recorded last, since the epoch, and how often. */
  #second = 0;
  #recorded = 0;

  /** `others` watch every callback. */
  constructor(others: CallbackWatcher, settings: RecentSettings) {
    this.#others = others;
    this.#settings = settings;
  }

  watch(chain: Chain, callback: Callback): CallbackWatch {
    const watch = this.#others.watch(chain, callback);
    return this.#isRecorded(callback) ? this.#recording(callback, watch) : watch;
  }

  /** What is kept, the newest first. */
  list(): readonly RecentCallback[] {
    return [...this.#ring.slice(this.#next), ...this.#ring.slice(0, this.#next)].reverse();
  }

  #isRecorded({ receivedAt }: Callback): boolean {
    const { keep, perSecond } = this.#settings;
    if (keep === 0) return false;
    const second = Math.floor(receivedAt / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#recorded = 0;
    }
    return this.#recorded++ < perSecond;
  }

  #recording(callback: Callback, watch: CallbackWatch): CallbackWatch {
    const { command, operationID, receivedAt, request } = callback;
    const { mask = (text) => text } = this.#settings;
    const shown = (error: string) => withoutQuotes(mask(error), request);
    const rules: RecentRule[] = [];
    return {
      link(trace) {
        watch.link(trace);
        rules.push(recentRule(trace, shown));
      },
      decided: (verdict, duration) => {
        watch.decided(verdict, duration);
        this.#add({
          ...{ at: receivedAt, command, operationID, rules },
          duration: wholeMicroseconds(duration),
          verdict: verdict.kind,
          ...verdict.kind === "refuse" && { code: verdict.code },
        });
      },
      stored: watch.stored,
    };
  }

  #add(callback: RecentCallback): void {
    this.#ring[this.#next] = callback;
    this.#next = (this.#next + 1) % this.#settings.keep;
  }
}

function recentRule(
  { name, use, outcome, skipped, duration }: LinkTrace,
  shown: (error: string) => string,
): RecentRule {
  return {
    ...{ rule: name, use },
    duration: wholeMicroseconds(duration),
    outcome: outcome?.kind ?? "skipped",
    ...skipped !== undefined && { skipped },
    ...outcome?.kind === "fail" &&
      { error: shown(`${outcome.error.name}: ${outcome.error.message}`) },
  };
}

function wholeMicroseconds(milliseconds: number): number {
  return Math.round(milliseconds * 1000) / 1000;
}
