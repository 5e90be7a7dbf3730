import type { z } from "zod";
import { type FieldTypes, shapes } from "./catalogue.ts";

/** A schema's wire type in the catalogue's notation, such as `int64[]?`. */
export function wireType(schema: z.ZodType): string {
  const { def } = schema as unknown as { readonly def: Definition };
  switch (def.type) {
    case "optional":
      return wireType(def.innerType!);
    case "nullable":
      return `${wireType(def.innerType!)}?`;
    case "array":
      return `${wireType(def.element!)}[]`;
    case "record":
      return `map<${wireType(def.valueType!)}>`;
    case "object":
      return shapeName(wireTypes(def.shape!));
    case "boolean":
      return "bool";
    case "number":
      return String(schema.meta()?.wire);
    default:
      return def.type;
  }
}

/** The wire types of an object's fields. */
export function wireTypes(shape: Readonly<Record<string, z.ZodType>>): FieldTypes {
  return Object.fromEntries(
    Object.entries(shape).map(([name, schema]) => [name, wireType(schema)]),
  );
}

/** The part of zod's schema definitions that is read here. */
interface Definition {
  readonly type: string;
  readonly innerType?: z.ZodType;
  readonly element?: z.ZodType;
  readonly valueType?: z.ZodType;
  readonly shape?: Readonly<Record<string, z.ZodType>>;
}

function shapeName(fields: FieldTypes): string {
  const listed = sorted(fields);
  const known = Object.entries(shapes).find(([, shape]) => sorted(shape) === listed);
  return known?.[0] ?? listed;
}

function sorted(fields: FieldTypes): string {
  return JSON.stringify(Object.entries(fields).sort());
}
