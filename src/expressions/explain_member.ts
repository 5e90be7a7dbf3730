import { CelError } from "./cel_error.ts";
import { foreignMethods, methods } from "./known_functions.ts";
import { typeWords } from "./ast_nodes.ts";

const memberless: ReadonlySet<string> = new Set(["bool", "bytes", "double", "int", "string"]);

/** Whether values of a type have no members: `content.text` reads one of a string. */
export function hasNoMembers(type: string): boolean {
  return memberless.has(type);
}

/** The error for a member of something that has none, with what was probably meant. */
export function noMembersError(
  object: string,
  type: string,
  member: string,
  offset: number,
): CelError {
  const fact = `"${object}" is ${typeWords(type)}, which has no members`;
  return new CelError(`${fact}${remedy(object, type, member)}`, offset);
}

function remedy(object: string, type: string, member: string): string {
  if (type !== "string") return type === "int" ? timeRemedy(object, member) : "";
  if (Object.hasOwn(foreignMethods, member)) return `; write ${foreignMethods[member]!(object)}`;
  if (methods().has(member)) return `; a call needs parentheses: ${object}.${member}(...)`;
  // the one field of messages that holds JSON text
  if (/(?:^|\.)content$/.test(object)) return `; write text(${object}) for the message's text`;
  return "";
}

function timeRemedy(object: string, member: string): string {
  if (!/^get[A-Z]/.test(member)) return "";
  return `; write timestamp(${object} / 1000).${member}(), as the field is in milliseconds`;
}
