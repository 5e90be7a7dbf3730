import type { ASTNode } from "@marcbachmann/cel-js";
import { didYouMean } from "../values/nearest_name.ts";
import { nodesOf, textOf, typeWords } from "./ast_nodes.ts";
import { UnknownNameError } from "./cel_error.ts";
import type { CelType } from "./cel_types.ts";
import { functions, messageFunctions } from "./known_functions.ts";

/** Words of other languages, and what CEL has for them. */
const foreignWords: Readonly<Record<string, string>> = {
  False: "false",
  FALSE: "false",
  NULL: "null",
  None: "null",
  Null: "null",
  True: "true",
  TRUE: "true",
  nil: "null",
  undefined: "null",
};

/** The error for a variable that is not there, with what was probably meant. */
export function explainUnknownName(
  name: string,
  offset: number,
  root: ASTNode,
  variables: ReadonlyMap<string, { readonly type: CelType }>,
): UnknownNameError {
  const member = memberOf(root, offset);
  const hint = wordHint(name) ?? objectHint(name, member, variables) ??
    partHint(name, variables) ?? functionHint(name, member) ??
    comparisonHint(name, offset, root, variables);
  const words = hint ?? (didYouMean(name, variables.keys()) ||
    (answerHint(name, member, variables) ?? listOf(variables)));
  return new UnknownNameError(`unknown field "${name}"${words}`, offset, {
    unknown: name,
    object: "",
    member,
    known: [...variables.keys()],
  });
}

function wordHint(name: string): string | undefined {
  return Object.hasOwn(foreignWords, name) ? `; write ${foreignWords[name]}` : undefined;
}

/** `request.sendID`: the fields of a callback stand by themselves. */
function objectHint(
  name: string,
  member: string | undefined,
  variables: ReadonlyMap<string, unknown>,
): string | undefined {
  if (member === undefined || !variables.has(member)) return undefined;
  return `; fields stand by themselves: write ${member}, not ${name}.${member}`;
}

/** What people call the answer of a target. */
const answerNames: ReadonlySet<string> = new Set(["body", "json", "response", "result"]);

/** `score` for `answer.score`, if an expression reads the answer of a target. */
function answerHint(
  name: string,
  member: string | undefined,
  variables: ReadonlyMap<string, { readonly type: CelType }>,
): string | undefined {
  if (variables.get("answer")?.type.name !== "dyn") return undefined;
  const field = member !== undefined && answerNames.has(name) ? member : name;
  return `; write answer.${field} for a field of the target's answer`;
}

/** `night` for `vars.night`. */
function partHint(
  name: string,
  variables: ReadonlyMap<string, { readonly type: CelType }>,
): string | undefined {
  for (const [object, { type }] of variables) {
    if (!type.name.startsWith("Output_") || type.members?.[name] === undefined) continue;
    return `, did you mean "${object}.${name}"?`;
  }
  return undefined;
}

function functionHint(name: string, member: string | undefined): string | undefined {
  if (!functions().has(name)) return undefined;
  const call = `${name}(${messageFunctions[name] ?? "..."})`;
  return `; "${name}" is a function: write ${call}${member === undefined ? "" : `.${member}`}`;
}

/** `groupID == A`: what is compared with a string is probably one, without its quotes. */
function comparisonHint(
  name: string,
  offset: number,
  root: ASTNode,
  variables: ReadonlyMap<string, { readonly type: CelType }>,
): string | undefined {
  const other = comparedWith(root, offset);
  if (other === undefined) return undefined;
  const type = variables.get(textOf(other))?.type;
  const known = type?.whenPresent ?? type?.name;
  const isNear = didYouMean(name, variables.keys()) !== "" && /^[a-z]+[A-Z]/.test(name);
  if (known === undefined || isNear) return undefined;
  if (known === "string") return `; write a text in quotes: '${name}'`;
  return /^(?:int|double)$/.test(known)
    ? `; "${textOf(other)}" is ${typeWords(known)}, to be compared with a number`
    : undefined;
}

/** What the name at an offset is compared with, by `==` and the like or as an item of a list. */
function comparedWith(root: ASTNode, offset: number): ASTNode | undefined {
  for (const { op, args } of nodesOf(root)) {
    if (!/^(?:[=!]=|[<>]=?|in)$/.test(op)) continue;
    const [left, right] = args as [ASTNode, ASTNode];
    if (isNameAt(right, offset)) return left;
    if (isNameAt(left, offset) && op !== "in") return right;
    const items = right.op === "list" ? right.args as readonly ASTNode[] : [];
    if (items.some((item) => isNameAt(item, offset))) return left;
  }
  return undefined;
}

function isNameAt({ op, start }: ASTNode, offset: number): boolean {
  return op === "id" && start === offset;
}

/** The member that is read from the name at an offset: `text` of `message.text`. */
function memberOf(root: ASTNode, offset: number): string | undefined {
  for (const { op, args } of nodesOf(root)) {
    if (op !== "." && op !== "[]") continue;
    const [object, index] = args as readonly [ASTNode, ASTNode | string];
    if (!isNameAt(object, offset)) continue;
    if (typeof index === "string") return index;
    if (index.op === "value" && typeof index.args === "string") return index.args;
  }
  return undefined;
}

function listOf(variables: ReadonlyMap<string, unknown>): string {
  return `; known here: ${[...variables.keys()].join(", ")}`;
}
