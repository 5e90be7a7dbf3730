/**
 * Whether a schema takes a value as it is. Nearly every body is valid, and OpenIM's bodies are plain
 * records; to see that takes a tenth of what zod takes to take one apart and put it together again.
 * Whatever is not as plain, and every body in which something is wrong, is left to zod.
 *
 * @module
 */
import type { z } from "zod";

/** Says yes only where the schema takes a value and makes an equal one of it; may say no there. */
type Takes = (value: unknown) => boolean;

const known = new WeakMap<z.core.$ZodType, Takes>();

/** Whether the schema certainly takes the value and makes an equal one of it. */
export function takesAsItIs(schema: z.core.$ZodType, value: unknown): boolean {
  let takes = known.get(schema);
  if (takes === undefined) {
    takes = compile(schema as z.core.$ZodTypes) ?? no;
    known.set(schema, takes);
  }
  return takes(value);
}

const no: Takes = () => false;

/** Schemas that hold themselves are met again on the way. */
const underWay = new WeakSet<z.core.$ZodType>();

/** Undefined for a schema that may make something else of a value, or is of no plain kind. */
function compile(schema: z.core.$ZodTypes): Takes | undefined {
  if (underWay.has(schema)) return no;
  underWay.add(schema);
  try {
    const takes = compileKind(schema);
    return takes && withChecks(takes, schema._zod.def.checks ?? []);
  } finally {
    underWay.delete(schema);
  }
}

function compileKind({ _zod: { def } }: z.core.$ZodTypes): Takes | undefined {
  switch (def.type) {
    case "string":
      return isPlain(def) ? (value) => typeof value === "string" : undefined;
    case "number":
      return isPlain(def) ? Number.isFinite : undefined;
    case "boolean":
      return isPlain(def) ? (value) => typeof value === "boolean" : undefined;
    case "optional":
      return orElse(def.innerType, undefined);
    case "nullable":
      return orElse(def.innerType, null);
    case "array":
      return list(def.element);
    case "record":
      return record(def);
    case "object":
      return looseObject(def);
    default:
      return undefined;
  }
}

/** Neither a format, such as `z.email()`, nor a coercion. */
function isPlain(def: { readonly format?: unknown; readonly coerce?: unknown }): boolean {
  return def.format === undefined && !def.coerce;
}

/** What `refine` adds is looked at as well; other checks may change the value. */
function withChecks(takes: Takes, checks: readonly z.core.$ZodCheck[]): Takes | undefined {
  if (checks.length === 0) return takes;
  const refinements = checks.map(refinement);
  if (refinements.includes(undefined)) return undefined;
  return (value) => takes(value) && refinements.every((holds) => holds!(value));
}

function refinement({ _zod: { def } }: z.core.$ZodCheck): Takes | undefined {
  if (def.check !== "custom" || !("fn" in def) || typeof def.fn !== "function") return undefined;
  const { fn } = def;
  return (value) => fn(value) === true;
}

function orElse(inner: z.core.$ZodType, other: undefined | null): Takes | undefined {
  const takes = compile(inner as z.core.$ZodTypes);
  return takes && ((value) => value === other || takes(value));
}

function list(element: z.core.$ZodType): Takes | undefined {
  const takes = compile(element as z.core.$ZodTypes);
  return takes && ((value) => Array.isArray(value) && value.every(takes));
}

function record({ keyType, valueType }: z.core.$ZodRecordDef): Takes | undefined {
  const key = (keyType as z.core.$ZodTypes)._zod.def;
  const takes = compile(valueType as z.core.$ZodTypes);
  // any name will do
  if (takes === undefined || key.type !== "string" || !isPlain(key) || key.checks !== undefined) {
    return undefined;
  }
  return (value) => isRecord(value) && Object.values(value).every(takes);
}

function looseObject({ shape, catchall }: z.core.$ZodObjectDef): Takes | undefined {
  // without it, fields that the shape does not name are left out or refused
  if (catchall?._zod.def.type !== "unknown") return undefined;
  const names = Object.keys(shape);
  const takes: Takes[] = [];
  for (const name of names) {
    const field = compile(shape[name] as z.core.$ZodTypes);
    if (field === undefined) return undefined;
    takes.push(field);
  }
  return (value) => {
    if (!isRecord(value)) return false;
    for (let index = 0; index < names.length; index++) {
      if (!takes[index]!(value[names[index]!])) return false;
    }
    return true;
  };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) &&
    // a field of this name zod leaves out
    !Object.hasOwn(value, "__proto__");
}
