import type { z } from "zod";
import { receivedType } from "../../openim/issue_words.ts";
import { namesOf } from "./schema_at.ts";

/** What to write in place of a value of the wrong type, such as `{ "attempts": ... }`. */
export function typeHint(issue: z.core.$ZodIssue, wanted: z.ZodType | undefined): string {
  if (issue.code !== "invalid_type") return "";
  const received = receivedType(issue);
  const simple = received !== undefined && /^(?:string|number|boolean)$/.test(received);
  switch (issue.expected) {
    case "array":
      return simple ? "; write a list: [...]" : "";
    case "record":
      return received === "array" ? '; write each item under its name: { "...": ... }' : "";
    case "object": {
      const [first] = issue.path.length === 0 ? [] : namesOf(wanted);
      return first === undefined || received === undefined ? "" : `; write { "${first}": ... }`;
    }
    case "string":
      return textHint(received, wanted?.description?.startsWith("CEL") ?? false);
    case "number":
    case "int":
    case "boolean":
      return received === "string" ? "; write it without quotes" : "";
    default:
      return "";
  }
}

function textHint(received: string | undefined, isExpression: boolean): string {
  if (received === "number" || received === "boolean") return "; write it in quotes";
  if (!isExpression) return "";
  if (received === "array") return "; write one expression that joins them: \"a + ':' + b\"";
  return received === "object" ? "; write an expression in quotes: \"{'user': sendID}\"" : "";
}
