import type { Chain, LinkTrace } from "../chain/chain.ts";
import type { CallbackWatch, CallbackWatcher } from "../http/callback_watch.ts";
import { unwatched } from "./callback_watchers.ts";
import type { RecentCallback, RecentRule } from "../operator/api/recent_callback.ts";
import type { Callback } from "../openim/callback.ts";
import { withoutQuotes } from "../openim/message_text_fields.ts";

/** How many operations are recorded and kept. */
export interface RecentSettings {
  /** How many are kept; 0 records none. */
  readonly keep: number;
  /** How many begin to be recorded in a second at most. */
  readonly perSecond: number;
  /** Takes secrets out of what errors say. */
  readonly mask?: (text: string) => string;
}

/** The most callbacks of an operation; if there are more, they count as another operation. */
const mostOfOne = 50;
/** The most text that is kept of an error, characters. */
const longestError = 500;
/** How much all that is kept may take, roughly, bytes. */
const mostBytes = 16 * 2 ** 20;

/** One operation of OpenIM's, such as joining a group, with its callbacks. */
interface Operation {
  readonly operationID: string;
  /** How many callbacks began to be recorded. */
  begun: number;
  bytes: number;
  readonly callbacks: { readonly order: number; readonly callback: RecentCallback }[];
}

/**
 * The latest callbacks with what their rules did. The first `perSecond` operations that begin in a
 * second are recorded, each with all of its callbacks; the others are left out, so that the cost is
 * bounded. No text of a body is kept.
 */
export class RecentCallbacks implements CallbackWatcher {
  readonly #settings: RecentSettings;
  /** The oldest first. */
  readonly #operations = new Set<Operation>();
  /** The latest of each ID. */
  readonly #byID = new Map<string, Operation>();
  #bytes = 0;
  #order = 0;
  /** The latest second in which operations began, since the epoch, and how many did. */
  #second = 0;
  #begun = 0;

  constructor(settings: RecentSettings) {
    this.#settings = settings;
  }

  watch(_chain: Chain, callback: Callback): CallbackWatch {
    const operation = this.#operationOf(callback);
    return operation === undefined ? unwatched : this.#recording(callback, operation);
  }

  /** What is kept, the newest first. */
  list(): readonly RecentCallback[] {
    return [...this.#operations]
      .flatMap(({ callbacks }) => callbacks)
      .toSorted((one, other) => other.order - one.order)
      .map(({ callback }) => callback);
  }

  /** The operation that a callback is recorded with; undefined if it is not. */
  #operationOf({ operationID, receivedAt }: Callback): Operation | undefined {
    const { keep, perSecond } = this.#settings;
    if (keep === 0) return undefined;
    const known = this.#byID.get(operationID);
    if (known !== undefined && known.begun < mostOfOne) {
      known.begun++;
      return known;
    }
    const second = Math.floor(receivedAt / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#begun = 0;
    }
    if (this.#begun++ >= perSecond) return undefined;
    const operation: Operation = { operationID, begun: 1, bytes: 0, callbacks: [] };
    this.#operations.add(operation);
    this.#byID.set(operationID, operation);
    this.#forget();
    return operation;
  }

  #recording(callback: Callback, operation: Operation): CallbackWatch {
    const { command, operationID, receivedAt, request } = callback;
    const { mask = (text) => text } = this.#settings;
    const shown = (error: string) => withoutQuotes(mask(error), request).slice(0, longestError);
    const rules: RecentRule[] = [];
    return {
      link(trace) {
        rules.push(recentRule(trace, shown));
      },
      decided: (verdict, duration) => {
        this.#add(operation, {
          at: receivedAt,
          command,
          operationID,
          rules,
          duration: wholeMicroseconds(duration),
          verdict: verdict.kind,
          ...verdict.kind === "refuse" && { code: verdict.code },
        });
      },
      stored() {},
    };
  }

  #add(operation: Operation, callback: RecentCallback): void {
    // it was forgotten while the chain ran
    if (!this.#operations.has(operation)) return;
    operation.callbacks.push({ order: this.#order++, callback });
    const bytes = sizeOf(callback);
    operation.bytes += bytes;
    this.#bytes += bytes;
    this.#forget();
  }

  /** Forgets the oldest operations until there are few enough. */
  #forget(): void {
    for (const operation of this.#operations) {
      if (this.#operations.size <= this.#settings.keep && this.#bytes <= mostBytes) return;
      this.#operations.delete(operation);
      this.#bytes -= operation.bytes;
      const { operationID } = operation;
      if (this.#byID.get(operationID) === operation) this.#byID.delete(operationID);
    }
  }
}

/** Roughly how many bytes a callback takes: its objects, and the errors of its rules. */
function sizeOf({ operationID, rules }: RecentCallback): number {
  const ofRules = rules.reduce((sum, { error = "" }) => sum + 150 + 2 * error.length, 0);
  return 300 + operationID.length + ofRules;
}

function recentRule(
  { name, use, outcome, skipped, duration }: LinkTrace,
  shown: (error: string) => string,
): RecentRule {
  return {
    rule: name,
    use,
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
