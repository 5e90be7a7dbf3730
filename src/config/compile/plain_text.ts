import type { ExpressionType } from "../../chain/expression.ts";
import { nearestName } from "../../values/nearest_name.ts";

/** Words with nothing between them that an expression has: no quotes, no signs, no calls. */
const words = /^[\p{L}\p{N}\s.,:;!?'’，。！？、-]+$/u;

/** The places that take a text or anything, in which people write the text itself. */
const places: ReadonlySet<ExpressionType> = new Set(["any", "string"]);

/**
 * What to say of an expression that is a plain text, such as "try again later"; undefined if it
 * is none.
 */
export function plainTextWords(source: string, type: ExpressionType): string | undefined {
  if (!places.has(type) || !words.test(source) || /^[\w.]*$/.test(source)) return undefined;
  return quotedText(source);
}

/** What to say of a single word in place of a text, if it is not near to a known name. */
export function plainWordWords(
  source: string,
  type: ExpressionType,
  known: readonly string[],
): string | undefined {
  if (type !== "string" || !/^[A-Za-z]\w*$/.test(source)) return undefined;
  return nearestName(source, known) === undefined ? quotedText(source) : undefined;
}

function quotedText(source: string): string {
  const inner = source.includes("'") ? JSON.stringify(source) : `'${source}'`;
  return `this is an expression, in which a text needs quotes of its own: ${JSON.stringify(inner)}`;
}

/** What to say of a key of several fields, such as "sendID, groupID"; undefined if it is none. */
export function severalFieldsWords(source: string, type: ExpressionType): string | undefined {
  if (type !== "key" || !/^\w+(?:\s*[,:/|-]\s*\w+)+$/.test(source)) return undefined;
  const joined = source.split(/\s*[,:/|-]\s*/).join(" + ':' + ");
  return `a key is one expression; write ${joined}`;
}
