import type { z } from "zod";
import { innerDefinitionOf } from "../values/schema_definition.ts";

/** CEL's types of which no value becomes JSON text. */
const neverText = /^(?:int|uint|double|bool|list\b|map\b)/;
/** CEL's types of which no value becomes a whole number. */
const neverWhole = /^(?:string|bool|bytes|list\b|map\b|google\.)/;
const neverBool = /^(?:string|int|uint|double|bytes|list\b|map\b|google\.)/;
const neverList = /^(?:string|int|uint|double|bool|bytes|map\b|google\.)/;
const neverObject = /^(?:string|int|uint|double|bool|bytes|list\b|google\.)/;

/**
 * What a schema wants, in words, if no value of a CEL type could be it. Undefined if one could:
 * then only the value itself shows it.
 */
export function unmetType(schema: z.ZodType, type: string): string | undefined {
  const def = innerDefinitionOf(schema);
  switch (def.type) {
    case "string":
      return neverText.test(type) ? "a string" : undefined;
    case "number":
      return neverWhole.test(type) ? "a number" : undefined;
    case "boolean":
      return neverBool.test(type) ? "a bool" : undefined;
    case "array":
      return neverList.test(type) ? "a list" : unmetItem(def.element!, type);
    case "object":
    case "record":
      return neverObject.test(type) ? "a map" : undefined;
    default:
      return undefined;
  }
}

/** What a list's items must be, if none of the items' type could be it. */
function unmetItem(element: z.ZodType, type: string): string | undefined {
  const item = /^list<(.*)>$/.exec(type)?.[1];
  const wanted = item === undefined ? undefined : unmetType(element, item);
  return wanted === undefined ? undefined : `a list of which each item is ${wanted}`;
}
