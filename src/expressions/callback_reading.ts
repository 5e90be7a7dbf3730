import type { Callback } from "../openim/callback.ts";
import { parseExactAtAnyDepth } from "../openim/exact_json.ts";
import type { CelType } from "./cel_types.ts";
import { Work } from "./work.ts";

/** A variable of an expression: its type, and where its value comes from. */
export interface Variable {
  readonly type: CelType;
  /**
   * Where the value comes from: the callback, or what earlier rules found out, which may change.
   */
  readonly of: "callback" | "outputs";
  read(source: Source): unknown;
  /** Whether it is a time in milliseconds. */
  readonly isMilliseconds?: boolean;
}

/** What variables are read from. */
export interface Source {
  readonly callback: Callback;
  readonly request: Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<Record<string, unknown>>;
}

const readings = new WeakMap<Callback, CallbackReading>();

/**
 * What all expressions share that look at one callback: the values that they have read already, the
 * body with every digit once one of them needed it, and what they may still do.
 */
export class CallbackReading {
  readonly work = new Work();
  readonly #callback: Callback;
  /** Lists and objects that are CEL's values already: that costs steps only once. */
  readonly #values = new Map<Variable, object>();
  #request: Source["request"];

  private constructor(callback: Callback) {
    this.#callback = callback;
    this.#request = callback.request;
  }

  /** The one reading of a callback. */
  static of(callback: Callback): CallbackReading {
    let reading = readings.get(callback);
    if (reading === undefined) readings.set(callback, reading = new CallbackReading(callback));
    return reading;
  }

  /** The value of a variable, as CEL knows it; undefined if there is none. */
  valueOf(variable: Variable, outputs: Source["outputs"]): unknown {
    const known = this.#values.get(variable);
    if (known !== undefined) return known;
    const source = { callback: this.#callback, request: this.#request, outputs };
    const value = variable.type.toCel(variable.read(source), this.work);
    if (variable.of === "callback" && typeof value === "object" && value !== null) {
      this.#values.set(variable, value);
    }
    return value;
  }

  /** Reads the body again, with every digit of the integers that JSON.parse rounds. */
  readExactly(): void {
    this.#request = parseExactAtAnyDepth(this.#callback.text) as Source["request"];
    this.#values.clear();
  }
}
