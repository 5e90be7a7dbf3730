import type { ASTNode } from "@marcbachmann/cel-js";
import { didYouMean } from "../values/nearest_name.ts";
import { UnknownNameError } from "./cel_error.ts";
import type { CelType } from "./cel_types.ts";
import { hasNoMembers, noMembersError } from "./explain_member.ts";
import { textOf } from "./ast_nodes.ts";

/** The types of the variables that an expression sees. */
export type VariableTypes = (name: string) => CelType | undefined;

/**
 * Checks the members of objects, also of those that may be null or absent. CEL knows the latter as
 * `dyn` and would take any member of theirs until it runs.
 *
 * @throws {CelError} for a member that the object does not have.
 */
export function checkMembers(node: ASTNode, variables: VariableTypes): void {
  typeOf(node, variables);
}

/**
 * The type of a chain of members, as far as it is known; looks into every part on the way.
 *
 * @throws {CelError} for a member that an object does not have.
 */
export function typeOf(node: ASTNode, variables: VariableTypes): CelType | undefined {
  switch (node.op) {
    case "id":
      return variables(node.args);
    case ".": {
      const [object, name] = node.args;
      // the node starts with the object; the name is its end
      const type = bodyMember(object, name, variables) ?? typeOf(object, variables);
      if (isBody(object)) return type;
      return memberOf(object, type, name, node.end - name.length);
    }
    case "[]":
      return itemOf(node.args[0], node.args[1], variables);
    case "rcall":
      return typeOfCall(node.args, variables);
    default:
      lookInto(node.args, variables);
      return undefined;
  }
}

/** The type of `list[0]` or `object['member']`. */
function itemOf(whole: ASTNode, index: ASTNode, variables: VariableTypes): CelType | undefined {
  typeOf(index, variables);
  const type = typeOf(whole, variables);
  if (index.op !== "value" || typeof index.args !== "string") return type?.item;
  if (isBody(whole)) return bodyMember(whole, index.args, variables);
  return memberOf(whole, type, index.args, index.start);
}

function memberOf(
  object: ASTNode,
  type: CelType | undefined,
  name: string,
  offset: number,
): CelType | undefined {
  const present = type?.whenPresent ?? type?.name;
  if (present !== undefined && hasNoMembers(present)) {
    throw noMembersError(textOf(object), present, name, offset);
  }
  if (type?.members === undefined) return undefined;
  if (Object.hasOwn(type.members, name)) return type.members[name];
  const known = Object.keys(type.members);
  const hint = didYouMean(name, known) || `; known here: ${known.join(", ")}`;
  const about = { unknown: name, object: textOf(object), known };
  throw new UnknownNameError(`unknown field "${name}"${hint}`, offset, about);
}

/** A field of the command is of its type in `body`, too; other members may be anything. */
function bodyMember(object: ASTNode, name: string, variables: VariableTypes): CelType | undefined {
  return isBody(object) ? variables(name) : undefined;
}

function isBody({ op, args }: ASTNode): boolean {
  return op === "id" && args === "body";
}

/** CEL's macros that go through a list, as in `members.exists(m, m.userID == 'u1')`. */
const listMacros: ReadonlySet<string> = new Set(["all", "exists", "exists_one", "filter", "map"]);

/** The type of what a call gives; a macro's own variable hides one of the same name. */
function typeOfCall(
  [name, receiver, args]: readonly [string, ASTNode, readonly ASTNode[]],
  variables: VariableTypes,
): CelType | undefined {
  const receiverType = typeOf(receiver, variables);
  const [first, ...rest] = args;
  if (first?.op === "id" && listMacros.has(name)) {
    lookInto(rest, withVariable(variables, first.args, receiverType?.item));
    return name === "filter" ? receiverType : undefined;
  }
  const [value, result] = rest;
  if (first?.op === "id" && name === "bind" && value !== undefined && result !== undefined) {
    return typeOf(result, withVariable(variables, first.args, typeOf(value, variables)));
  }
  lookInto(args, variables);
  return undefined;
}

function withVariable(outer: VariableTypes, own: string, type: CelType | undefined): VariableTypes {
  return (name) => name === own ? type : outer(name);
}

function lookInto(part: unknown, variables: VariableTypes): void {
  if (Array.isArray(part)) part.forEach((inner) => lookInto(inner, variables));
  else if (typeof part === "object" && part !== null && "op" in part && "args" in part) {
    typeOf(part as ASTNode, variables);
  }
}
