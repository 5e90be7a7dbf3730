/**
 * Times and durations as CEL has them. The parts of a time in a time zone,
 * as in `timestamp(sent).getHours('Asia/Shanghai')`, are ours: the library reads the zone's time
 * back as one of the machine's zone, which may lack that hour.
 *
 * @module
 */
import type { Environment } from "@marcbachmann/cel-js";
import QuickLRU from "quick-lru";
import type { ReplacedMethod } from "./replaced_functions.ts";

/** The part of a time whose fields in UTC are those of the zone. */
const parts: Readonly<Record<string, (time: Date) => number>> = {
  getFullYear: (time) => time.getUTCFullYear(),
  getMonth: (time) => time.getUTCMonth(),
  getDate: (time) => time.getUTCDate(),
  getDayOfMonth: (time) => time.getUTCDate() - 1,
  getDayOfWeek: (time) => time.getUTCDay(),
  getDayOfYear: dayOfYear,
  getHours: (time) => time.getUTCHours(),
  getMinutes: (time) => time.getUTCMinutes(),
  getSeconds: (time) => time.getUTCSeconds(),
  getMilliseconds: (time) => time.getUTCMilliseconds(),
};

const timestamp = "google.protobuf.Timestamp";
const duration = "google.protobuf.Duration";
const time = { receiver: timestamp, gives: "int" };

/** The methods that take the place of the library's. */
export const timeMethods: readonly ReplacedMethod[] = [
  ...Object.entries(parts).map(([name, part]): ReplacedMethod => ({
    ...time,
    name,
    parameters: ["string"],
    run: (at: Date, zone: string) => BigInt(part(inZone(at, zone))),
  })),
  {
    name: "getMilliseconds",
    receiver: duration,
    parameters: [],
    gives: "int",
    // what is left over of the seconds
    run: (length: { readonly nanos: number }) => BigInt(Math.trunc(length.nanos / 1_000_000)),
  },
  // the two kinds share a name
  {
    ...time,
    name: "getMilliseconds",
    parameters: [],
    run: (at: Date) => BigInt(at.getUTCMilliseconds()),
  },
  { ...time, name: "getDayOfYear", parameters: [], run: (at: Date) => BigInt(dayOfYear(at)) },
];

/** Registers the conversions of times that the library does not have. */
export function addTimeFunctions(environment: Environment): void {
  const add = (signature: string, run: (value: never) => unknown) => {
    environment.registerFunction(signature, run, { async: false });
  };
  const same = (value: unknown) => value;
  add(`int(${timestamp}): int`, (at: Date) => BigInt(Math.floor(at.getTime() / 1000)));
  add(`string(${timestamp}): string`, (at: Date) => at.toISOString().replace(/\.?0*Z$/, "Z"));
  add(`string(${duration}): string`, (length: object) => String(length));
  add(`timestamp(${timestamp}): ${timestamp}`, same);
  add(`duration(${duration}): ${duration}`, same);
}

/** Days since the first of January. */
function dayOfYear(time: Date): number {
  const first = new Date(0).setUTCFullYear(time.getUTCFullYear(), 0, 1);
  return Math.floor((time.getTime() - first) / 86_400_000);
}

/** Whether a text is a time zone: a name, or an offset such as `+08:00`. */
export function isTimeZone(zone: string): boolean {
  try {
    inZone(new Date(0), zone);
    return true;
  } catch {
    return false;
  }
}

/** A time whose fields in UTC are those of the given one in a zone. */
function inZone(time: Date, zone: string): Date {
  const [, sign, hours, minutes] = /^([+-]?)([01]\d|2[0-3]):([0-5]\d)$/.exec(zone) ?? [];
  if (hours !== undefined) {
    const offset = (Number(hours) * 60 + Number(minutes)) * 60_000;
    return new Date(time.getTime() + (sign === "-" ? -offset : offset));
  }
  const fields = Object.fromEntries(
    formatOf(zone).formatToParts(time).map(({ type, value }) => [type, Number(value)]),
  ) as Record<Intl.DateTimeFormatPartTypes, number>;
  const { year, month, day, hour, minute, second } = fields;
  const there = new Date(0);
  there.setUTCFullYear(year, month - 1, day);
  there.setUTCHours(hour, minute, second, time.getUTCMilliseconds());
  return there;
}

/** To make one takes long. */
const formats = new QuickLRU<string, Intl.DateTimeFormat>({ maxSize: 100 });

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
    formats.set(zone, format);
  }
  return format;
}
