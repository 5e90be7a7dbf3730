/**
 * What an answer owes to the server that reads it, beyond the verdict.
 *
 * A plugin declares it with its command: some servers copy fields from the answer even when they are
 * missing there, so the request's own values have to be returned; some overrides crash a
 * server or corrupt what it stores, and must not be sent.
 *
 * @module
 */
import type { Callback } from "./callback.ts";
import { parseExact } from "./exact_json.ts";
import { concerns, type VersionRange } from "./versions.ts";
import { messageOf } from "../values/thrown.ts";

/** What a guard lets through of an override's value. */
export interface Guarded<Value = unknown> {
  /** The value, or the part of it that may be sent; undefined when nothing may. */
  readonly keep: Value | undefined;
  /** Why the value, or a part of it, must not be sent; absent when all is well. */
  readonly dropped?: string;
}

/**
 * Says which part of an override's value may be sent in answer to a request.
 *
 * A guard picks from what it is given and does not calculate with it: if the types say number,
 * an integer beyond 2^53 is a `bigint`.
 */
export type Guard<Value = unknown, Request = Callback["request"]> = (
  value: Value,
  request: Request,
) => Guarded<Value>;

/** The duties of a command's answers. */
export interface AnswerDuties {
  /** The request's fields that every answer returns, nulls included. */
  readonly echo: readonly string[];
  /** The guards, by the name of the override that each of them watches. */
  readonly guards: Readonly<Record<string, Guard>>;
}

/** The duties as a plugin declares them, for servers of every version. */
export interface DeclaredDuties extends AnswerDuties {
  /** The versions that a guard is for, by the name of its override; every version by default. */
  readonly guardedVersions: Readonly<Record<string, VersionRange>>;
}

/**
 * The duties of answers to a server of a version: without the guards that are for others. While the
 * version is not known every guard holds.
 */
export function dutiesFor(
  { echo, guards, guardedVersions }: DeclaredDuties,
  version: string | undefined,
): AnswerDuties {
  const holding = Object.entries(guards).filter(([field]) =>
    concerns(version, guardedVersions[field] ?? {})
  );
  return { echo, guards: Object.fromEntries(holding) };
}

/** A "continue" that does its duties, and what had to be left out for that. */
export interface DutifulAnswer {
  /** The fields to write besides the answer's own; integers beyond 2^53 are `bigint`. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** The overrides of which all or a part is left out, each with the reason. */
  readonly dropped: readonly DroppedOverride[];
}

/** An override of which all or a part must not be sent. */
export interface DroppedOverride {
  readonly field: string;
  readonly reason: string;
}

/**
 * The fields of a "continue": what has to be echoed, and on top of it the overrides as far as the
 * guards let them through. A guard that throws lets nothing through.
 */
export function applyDuties(
  overrides: Readonly<Record<string, unknown>>,
  callback: Pick<Callback, "request" | "text">,
  { echo, guards }: AnswerDuties,
): DutifulAnswer {
  const fields = echoed(echo, callback);
  const dropped: DroppedOverride[] = [];
  for (const [field, value] of Object.entries(overrides)) {
    const guard = Object.hasOwn(guards, field) ? guards[field] : undefined;
    const { keep, dropped: reason } = guard === undefined
      ? { keep: value }
      : guardedValue(guard, value, callback.request);
    if (keep !== undefined) fields[field] = keep;
    if (reason !== undefined) dropped.push({ field, reason });
  }
  return { fields, dropped };
}

function guardedValue(guard: Guard, value: unknown, request: Callback["request"]): Guarded {
  try {
    const answered: unknown = guard(value, request);
    // types are no proof: a guard may forget its return
    if (isGuarded(answered)) return answered;
    return { keep: undefined, dropped: "its guard did not answer with { keep: ... }" };
  } catch (error) {
    return { keep: undefined, dropped: `its guard failed: ${messageOf(error)}` };
  }
}

function isGuarded(answer: unknown): answer is Guarded {
  return typeof answer === "object" && answer !== null && "keep" in answer;
}

/**
 * The fields of the request that an answer has to return, nulls included. A refusal returns them as
 * well: 3.6.0 only logs it and goes on to copy them.
 */
export function echoed(
  names: readonly string[],
  { request, text }: Pick<Callback, "request" | "text">,
): Record<string, unknown> {
  const present = names.filter((name) => Object.hasOwn(request, name));
  const pick = (source: Callback["request"]) =>
    Object.fromEntries(present.map((name) => [name, source[name]]));
  const fields = pick(request);
  // the body is read a second time only if JSON.parse has rounded what is echoed
  return mayBeRounded(fields) ? pick(parseExact(text) as Callback["request"]) : fields;
}

function mayBeRounded(value: unknown): boolean {
  if (typeof value === "number") return Number.isInteger(value) && !Number.isSafeInteger(value);
  return typeof value === "object" && value !== null && Object.values(value).some(mayBeRounded);
}
