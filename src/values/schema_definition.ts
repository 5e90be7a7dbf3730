import type { z } from "zod";

/** What a zod schema is made of: of zod's definitions the parts that are read here. */
export interface SchemaDefinition {
  readonly type: string;
  /** Of a schema that adds a default, null or absence to another one. */
  readonly innerType?: z.ZodType;
  /** Of an object. */
  readonly shape?: Readonly<Record<string, z.ZodType>>;
  /** Of a list. */
  readonly element?: z.ZodType;
  /** Of a record. */
  readonly valueType?: z.ZodType;
  /** Of an enum. */
  readonly entries?: Readonly<Record<string, unknown>>;
  /** Of a text or a number of a certain form. */
  readonly format?: string;
}

/** The definition of a schema. */
export function definitionOf(schema: z.ZodType): SchemaDefinition {
  return schema.def as SchemaDefinition;
}

/** The definition of the schema below defaults and the like. */
export function innerDefinitionOf(schema: z.ZodType): SchemaDefinition {
  const definition = definitionOf(schema);
  return definition.innerType === undefined ? definition : innerDefinitionOf(definition.innerType);
}
