/**
 * What operations cost in steps, by the size of the values that they go through. A step is what
 * the smallest part of an expression takes, some 30 ns.
 *
 * @module
 */
import { isReadAlready } from "../openim/last_message_text.ts";
import { deepest, NestingError } from "../openim/exact_json.ts";
import { mostSteps } from "./work.ts";

/** What an operation costs, given its operands. */
export type Cost = (operands: readonly unknown[]) => number;

/** How many characters are copied or compared in a step. */
const comparedInAStep = 64;
/** How many characters are looked at one by one in a step. */
const readInAStep = 8;
/** How many items of a list are looked at in a step. */
const itemsInAStep = 4;

const longestDuration = 100;

/** What a time is asked for; in a time zone it takes the engine long to tell. */
const partsOfATime = [
  "getDate",
  "getDayOfMonth",
  "getDayOfWeek",
  "getDayOfYear",
  "getFullYear",
  "getHours",
  "getMilliseconds",
  "getMinutes",
  "getMonth",
  "getSeconds",
];

/** What it takes to find a member of a map in another one. */
const stepsOfAMember = 10;

/** The costs of CEL's operators that go through their operands. */
export const operatorCosts: Readonly<Record<string, Cost>> = {
  "==": costOfEqual,
  "!=": costOfEqual,
  "<": costOfOrder,
  "<=": costOfOrder,
  ">": costOfOrder,
  ">=": costOfOrder,
  "+": (operands) => sum(operands.map(costToCopy)),
  in: ([value, list]) =>
    Array.isArray(list) ? list.length * costToCompare(value) / itemsInAStep : 0,
};

/** The costs of functions, the first operand being what stands in front of the dot. */
const functionCosts: Readonly<Record<string, Cost>> = {
  size: ([value]) => Array.isArray(value) || value instanceof Map ? 0 : sizeOf(value) / readInAStep,
  contains: costOfSearch,
  indexOf: costOfSearch,
  lastIndexOf: costOfSearch,
  split: costOfSearch,
  replace: ([text, sought]) => costOfSearch([text, sought]) + sizeOf(text) / 2,
  startsWith: ([_text, start]) => sizeOf(start) / comparedInAStep,
  endsWith: ([_text, end]) => sizeOf(end) / comparedInAStep,
  join: ([items, separator]) =>
    Array.isArray(items) ? sum(items.map(costToCopy)) + items.length * costToCopy(separator) : 0,
  text: ([content]) => isReadAlready(content) ? 0 : sizeOf(content) / 2,
  // the library's way to read one has no bound
  duration: ([text]) => sizeOf(text) > longestDuration ? Infinity : 0,
  ...Object.fromEntries(partsOfATime.map((name) => [name, costOfTimePart])),
};

/** The cost of a function, without what it makes. */
export function costOfCall(name: string): Cost {
  if (Object.hasOwn(functionCosts, name)) return functionCosts[name]!;
  return (operands) => sum(operands.map(costToRead));
}

/** The cost of the list or the text that a function has made. */
export function costToMake(value: unknown): number {
  return Array.isArray(value)
    ? value.length
    : typeof value === "string"
    ? value.length / comparedInAStep
    : 0;
}

/** The cost of a value as part of a larger one. */
export function costToCopy(value: unknown): number {
  return 1 + sizeOf(value) / (Array.isArray(value) ? itemsInAStep : readInAStep);
}

/** The cost of going through a map, of which the keys are put into a list first. */
export function costOfKeys(value: unknown): number {
  return Array.isArray(value) ? 0 : sizeOf(value) / itemsInAStep;
}

function costToRead(value: unknown): number {
  return value instanceof Map ? 0 : sizeOf(value) / readInAStep;
}

function sum(costs: readonly number[]): number {
  return costs.reduce((total, cost) => total + cost, 0);
}

function costOfEqual([one, other]: readonly unknown[]): number {
  const size = sizeOf(one);
  if (size === 0 || size !== sizeOf(other)) return 0;
  return costToCompare(one);
}

function costOfOrder([one, other]: readonly unknown[]): number {
  return Math.min(sizeOf(one), sizeOf(other)) / comparedInAStep;
}

/**
 * The engine's search is quick for most texts, and as slow as one length times the other for those
 * that are made for it.
 */
function costOfSearch([text, sought]: readonly unknown[]): number {
  return sizeOf(text) / comparedInAStep * Math.max(1, sizeOf(sought) / 2);
}

function costOfTimePart([_time, zone]: readonly unknown[]): number {
  return zone === undefined ? 0 : 1500;
}

function sizeOf(value: unknown): number {
  if (typeof value === "string" || Array.isArray(value)) return value.length;
  if (value instanceof Uint8Array) return value.length;
  if (value instanceof Map) return value.size;
  // such as what bytes(...).json() gives
  return typeof value === "object" && value !== null ? Object.keys(value).length : 0;
}

/** The cost of comparing a value with one of its kind, part by part, or more than there may be. */
function costToCompare(value: unknown, levels = deepest): number {
  if (typeof value === "string") return 1 + value.length / comparedInAStep;
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) {
    return costToCopy(value);
  }
  if (levels === 0) throw new NestingError();
  const isList = Array.isArray(value);
  let cost = isList ? 1 : 1 + sizeOf(value) * stepsOfAMember;
  const parts = isList || value instanceof Map ? value.values() : Object.values(value);
  for (const part of parts) {
    cost += costToCompare(part, levels - 1);
    if (cost > mostSteps) break;
  }
  return cost;
}
