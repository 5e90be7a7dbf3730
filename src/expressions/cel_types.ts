/**
 * From zod schemas to CEL's types: what an expression may do with a field, and how the field's
 * JSON value becomes a CEL value.
 *
 * @module
 */
import type { Environment } from "@marcbachmann/cel-js";
import type { z } from "zod";
import { intOf, jsonToCel } from "./json_value.ts";
import { definitionOf, type SchemaDefinition } from "../values/schema_definition.ts";
import type { Work } from "./work.ts";

/** A CEL type and the conversion of a JSON value to it. */
export interface CelType {
  /** CEL's name of the type. */
  readonly name: string;
  /** The members, if the type is an object's, though CEL may know it as `dyn`. */
  readonly members?: Readonly<Record<string, CelType>>;
  /** The type of the items, if the type is a list's. */
  readonly item?: CelType;
  /** CEL's name of the type of a present value, if the value may also be null or absent. */
  readonly whenPresent?: string;
  /** @param work what the conversion is counted in, a step for each value. */
  toCel(value: unknown, work: Work): unknown;
}

const asIs = (value: unknown) => value;

/** Any JSON value, with whole numbers as CEL's int. */
export const dynType: CelType = { name: "dyn", toCel: jsonToCel };

const primitives: Readonly<Record<string, CelType>> = {
  string: { name: "string", toCel: asIs },
  boolean: { name: "bool", toCel: asIs },
  enum: { name: "string", toCel: asIs },
  int: { name: "int", toCel: intOf },
  double: { name: "double", toCel: asIs },
};

/**
 * The CEL type of a zod schema. Object types are registered with the environment under a name made
 * from `path`. A field that may be null or absent is `dyn`, and null if it is absent.
 */
export function celTypeOf(schema: z.ZodType, path: string, environment: Environment): CelType {
  const def = definitionOf(schema);
  switch (def.type) {
    case "string":
    case "boolean":
      return primitives[def.type]!;
    case "enum":
      return Object.values(def.entries ?? {}).every((value) => typeof value === "string")
        ? primitives.string!
        : dynType;
    case "number":
      return isWhole(schema, def) ? primitives.int! : primitives.double!;
    case "array":
      return listType(celTypeOf(def.element!, `${path}_item`, environment));
    case "object":
      return objectType(def.shape!, path, environment);
    case "optional":
    case "nullable":
    case "default":
    case "prefault": {
      const inner = celTypeOf(def.innerType!, path, environment);
      return {
        ...inner,
        name: "dyn",
        whenPresent: inner.whenPresent ?? inner.name,
        toCel: (value, work) => (value ?? null) === null ? null : inner.toCel(value, work),
      };
    }
    default:
      return dynType;
  }
}

function isWhole(schema: z.ZodType, def: SchemaDefinition): boolean {
  const wire = schema.meta()?.wire;
  return typeof wire === "string" || /int/.test(def.format ?? "");
}

function listType(item: CelType): CelType {
  return {
    name: `list<${item.name}>`,
    item,
    toCel(value, work) {
      const items = value as readonly unknown[];
      work.spend(items.length);
      return items.map((each) => item.toCel(each, work));
    },
  };
}

function objectType(
  shape: Readonly<Record<string, z.ZodType>>,
  path: string,
  environment: Environment,
): CelType {
  const members = Object.entries(shape).map(([name, schema]) =>
    [name, celTypeOf(schema, `${path}_${name}`, environment)] as const
  );
  return recordType(path, members, environment);
}

/**
 * An object type with fixed members, registered with the environment, so that a misspelt member is
 * an error when the expression is checked. Of a value that is absent every member is absent.
 */
export function recordType(
  name: string,
  members: readonly (readonly [string, CelType])[],
  environment: Environment,
): CelType {
  class Record {
    constructor(source: Readonly<{ [name: string]: unknown }>, work: Work) {
      for (const [member, type] of members) {
        this[member as keyof this] = type.toCel(source[member], work) as never;
      }
    }
  }
  const fields = Object.fromEntries(members.map(([member, type]) => [member, type.name]));
  environment.registerType(name, { ctor: Record, fields });
  return {
    name,
    members: Object.fromEntries(members),
    toCel: (value, work) => new Record((value ?? {}) as { [name: string]: unknown }, work),
  };
}
