import type { z } from "zod";
import { innerDefinitionOf } from "../../values/schema_definition.ts";

/** The schema of the value at a path; undefined if the schema has none. */
export function schemaAt(
  schema: z.ZodType,
  [part, ...rest]: readonly (string | number)[],
): z.ZodType | undefined {
  if (part === undefined) return schema;
  const { shape, element, valueType } = innerDefinitionOf(schema);
  const next = shape?.[part] ?? element ?? valueType;
  return next === undefined ? undefined : schemaAt(next, rest);
}

/** The names that an object schema knows; none of any other schema. */
export function namesOf(schema: z.ZodType | undefined): readonly string[] {
  return schema === undefined ? [] : Object.keys(innerDefinitionOf(schema).shape ?? {});
}
