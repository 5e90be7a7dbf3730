/**
 * Members of an answer's objects that a schema does not know and OpenIM would still read.
 *
 * @module
 */
import type { z } from "zod";
import { innerDefinitionOf, type SchemaDefinition } from "../values/schema_definition.ts";
import { foldedName } from "../openim/encode.ts";

/** A member that OpenIM takes for a field of another spelling. */
export interface MisspeltMember {
  /** Where it stands inside the value. */
  readonly path: readonly string[];
  /** The field's own spelling. */
  readonly field: string;
}

/**
 * The first member anywhere in a value that is spelt unlike a field of its object's schema, but
 * that OpenIM takes for it: Go's decoder matches names without regard to case. No schema checks
 * such a member, so a wrong type in it would reach the server.
 */
export function misspeltMember(value: unknown, schema: z.ZodType): MisspeltMember | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { shape, element, valueType } = innerDefinitionOf(schema);
  for (const [name, member] of Object.entries(value)) {
    const known = shape !== undefined && Object.hasOwn(shape, name);
    const field = known ? undefined : fieldMeant(name, shape);
    if (field !== undefined) return { path: [name], field };
    const inner = known ? shape[name] : element ?? valueType;
    const deeper = inner === undefined ? undefined : misspeltMember(member, inner);
    if (deeper !== undefined) return { ...deeper, path: [name, ...deeper.path] };
  }
  return undefined;
}

function fieldMeant(name: string, shape: SchemaDefinition["shape"] = {}): string | undefined {
  const folded = foldedName(name);
  return Object.keys(shape).find((field) => foldedName(field) === folded);
}
