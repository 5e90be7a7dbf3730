/**
 * Values of JSON, of which no schema says the type, as CEL's: whole numbers as int, objects as maps.
 *
 * @module
 */
import { deepest, NestingError } from "../openim/exact_json.ts";
import type { Work } from "./work.ts";

/** Met a number that JSON.parse has rounded: the value has to be read again, exactly. */
export class RoundedInteger extends Error {
  override readonly name = "RoundedInteger";
}

/** A whole number as CEL's int. */
export function intOf(value: unknown): bigint {
  if (typeof value === "bigint") return value;
  if (!Number.isSafeInteger(value)) throw new RoundedInteger();
  return BigInt(value as number);
}

/** A JSON value as CEL's; an object's members follow when they are read. */
export function jsonToCel(value: unknown, work: Work): unknown {
  return celWithin(deepest, value, work);
}

function celWithin(levels: number, value: unknown, work: Work): unknown {
  if (typeof value === "number") return mayBeInt64(value) ? intOf(value) : value;
  // what CEL's int does not hold is a double, whether its digits were needed or not
  if (typeof value === "bigint") return BigInt.asIntN(64, value) === value ? value : Number(value);
  if (typeof value !== "object" || value === null) return value;
  if (levels === 0) throw new NestingError();
  if (!Array.isArray(value)) return new JsonMap(value as Record<string, unknown>, levels - 1, work);
  work.spend(stepsOfAList + value.length);
  return value.map((item) => celWithin(levels - 1, item, work));
}

/** 2^63 may stand for 2^63 - 1, the largest int64, which is rounded to it; its digits will tell. */
function mayBeInt64(value: number): boolean {
  return Number.isInteger(value) && Math.abs(value) <= 2 ** 63;
}

const stepsOfAList = 4;
const stepsOfAMap = 10;
const stepsOfAName = 2;
const stepsOfAMember = 4;

/**
 * An object of JSON as CEL's map. Its members become CEL's values when they are first read: most
 * expressions read one or two of a body, which may have a hundred thousand.
 */
class JsonMap extends Map<string, unknown> {
  readonly #source: Readonly<Record<string, unknown>>;
  readonly #levels: number;
  readonly #work: Work;
  /** The members that were read. In a map, names such as "65536" would all get one place. */
  readonly #known: Record<string, unknown> = Object.create(null);
  #names: readonly string[] | undefined;

  /** @param levels how many levels of lists and objects may be in it. */
  constructor(source: Readonly<Record<string, unknown>>, levels: number, work: Work) {
    super();
    this.#source = source;
    this.#levels = levels;
    this.#work = work;
    work.spend(stepsOfAMap);
  }

  override get size(): number {
    return this.#allNames().length;
  }

  override has(name: string): boolean {
    return Object.hasOwn(this.#source, name);
  }

  override get(name: string): unknown {
    if (name in this.#known || !this.has(name)) return this.#known[name];
    this.#work.spend(stepsOfAMember);
    return this.#known[name] = celWithin(this.#levels, this.#source[name], this.#work);
  }

  override keys(): MapIterator<string> {
    return this.#allNames().values() as MapIterator<string>;
  }

  override *values(): MapIterator<unknown> {
    for (const name of this.#allNames()) yield this.get(name);
  }

  override *entries(): MapIterator<[string, unknown]> {
    for (const name of this.#allNames()) yield [name, this.get(name)];
  }

  override [Symbol.iterator](): MapIterator<[string, unknown]> {
    return this.entries();
  }

  #allNames(): readonly string[] {
    if (this.#names === undefined) {
      this.#names = Object.keys(this.#source);
      this.#work.spend(this.#names.length * stepsOfAName);
    }
    return this.#names;
  }
}

// CEL's library knows a map by its constructor
Object.defineProperty(JsonMap.prototype, "constructor", { value: Map });
