import type { z } from "zod";

interface SchemaDef {
  readonly shape?: Readonly<Record<string, z.ZodType>>;
  readonly element?: z.ZodType;
  readonly valueType?: z.ZodType;
  readonly innerType?: z.ZodType;
}

/** The schema of the value at a path; undefined where the schema has none. */
export function schemaAt(
  schema: z.ZodType,
  [part, ...rest]: readonly (string | number)[],
): z.ZodType | undefined {
  if (part === undefined) return schema;
  const { shape, element, valueType } = definitionOf(schema);
  const next = shape?.[part] ?? element ?? valueType;
  return next === undefined ? undefined : schemaAt(next, rest);
}

/** The names that an object schema knows; none of any other schema. */
export function namesOf(schema: z.ZodType | undefined): readonly string[] {
  return schema === undefined ? [] : Object.keys(definitionOf(schema).shape ?? {});
}

/** What a schema is made of, below its default and the like. */
function definitionOf(schema: z.ZodType): SchemaDef {
  const { def } = schema as unknown as { def: SchemaDef };
  return def.innerType === undefined ? def : definitionOf(def.innerType);
}
