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
export function checkMembers(node: ASTNode, variable: Variables): void {
  typeOf(node, variable);
}

/** The type of a variable at one place of an expression; undefined where it is not known. */
type Variables = (name: string) => CelType | undefined;

/** The names of a type's members, and of theirs. */
export function* memberNames({ members, item }: CelType): Generator<string> {
  if (item !== undefined) yield* memberNames(item);
  for (const [name, type] of Object.entries(members ?? {})) {
    yield name;
    yield* memberNames(type);
  }
}

/** The type of a chain of members, as far as it is known; looks into every part on the way. */
function typeOf(node: ASTNode, variable: Variables): CelType | undefined {
  if (node.op === "id") return variable(node.args);
  if (node.op === ".") {
    const [object, name] = node.args;
    return memberOf(typeOf(object, variable), name, node.end - name.length);
  }
  if (node.op === "[]") {
    const [object, index] = node.args;
    typeOf(index, variable);
    const type = typeOf(object, variable);
    return index.op === "value" && typeof index.args === "string"
      ? memberOf(type, index.args, index.start)
      : type?.item;
  }
  if (node.op === "rcall") return typeOfCall(node, variable);
  lookInto(node.args, variable);
  return undefined;
}

/** The macros of CEL that name a variable for each item of what they are called on. */
const itemMacros: ReadonlySet<string> = new Set(["all", "exists", "exists_one", "map", "filter"]);

/** A method's call: a macro's own variable hides a field of the same name. */
function typeOfCall(node: ASTNode & { op: "rcall" }, variable: Variables): CelType | undefined {
  const [method, receiver, given] = node.args;
  const [name, ...rest] = given;
  const type = typeOf(receiver, variable);
  const binds = method === "bind" && receiver.op === "id" && receiver.args === "cel";
  if (name?.op !== "id" || !(itemMacros.has(method) || binds)) {
    lookInto(given, variable);
    return undefined;
  }
  const value = binds ? rest.shift() : undefined;
  const own = value === undefined ? type?.item : typeOf(value, variable);
  lookInto(rest, (other) => other === name.args ? own : variable(other));
  return method === "filter" ? type : undefined;
}

function memberOf(type: CelType | undefined, name: string, at: number): CelType | undefined {
  if (type?.members === undefined) return undefined;
  if (Object.hasOwn(type.members, name)) return type.members[name];
  throw new CelError(`unknown field "${name}"${didYouMean(name, Object.keys(type.members))}`, at);
}

function lookInto(part: unknown, variable: Variables): void {
  if (Array.isArray(part)) part.forEach((inner) => lookInto(inner, variable));
  else if (typeof part === "object" && part !== null && "op" in part && "args" in part) {
    typeOf(part as ASTNode, variable);
  }
}
