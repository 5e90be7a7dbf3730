import type { ASTNode } from "@marcbachmann/cel-js";
import { didYouMean } from "../nearest_name.ts";
import { CelError } from "./cel_error.ts";
import type { CelType } from "./cel_types.ts";

/**
 * Checks the members of objects that may be null or absent. CEL knows those as `dyn` and would take
 * any member of theirs until it runs.
 *
 * @throws {CelError} for a member that the object does not have.
 */
export function checkMembers(
  node: ASTNode,
  variable: (name: string) => CelType | undefined,
): void {
  typeOf(node, variable);
}

/** The names of a type's members, and of theirs. */
export function* memberNames({ members, item }: CelType): Generator<string> {
  if (item !== undefined) yield* memberNames(item);
  for (const [name, type] of Object.entries(members ?? {})) {
    yield name;
    yield* memberNames(type);
  }
}

/** The type of a chain of members, as far as it is known; looks into every part on the way. */
function typeOf(
  node: ASTNode,
  variable: (name: string) => CelType | undefined,
): CelType | undefined {
  if (node.op === "id") return variable(node.args);
  if (node.op === ".") {
    const [object, name] = node.args;
    return memberOf(typeOf(object, variable), name, node);
  }
  if (node.op === "[]") {
    const [list, index] = node.args;
    typeOf(index, variable);
    return typeOf(list, variable)?.item;
  }
  lookInto(node.args, variable);
  return undefined;
}

function memberOf(type: CelType | undefined, name: string, node: ASTNode): CelType | undefined {
  if (type?.members === undefined) return undefined;
  if (Object.hasOwn(type.members, name)) return type.members[name];
  const hint = didYouMean(name, Object.keys(type.members));
  throw new CelError(`unknown field "${name}"${hint}`, node.start ?? 0);
}

function lookInto(part: unknown, variable: (name: string) => CelType | undefined): void {
  if (Array.isArray(part)) part.forEach((inner) => lookInto(inner, variable));
  else if (typeof part === "object" && part !== null && "op" in part && "args" in part) {
    typeOf(part as ASTNode, variable);
  }
}
