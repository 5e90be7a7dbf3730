import type { ASTNode } from "@marcbachmann/cel-js";
import { describePart, nodesOf, textOf, typeOfNode, typeWords } from "./ast_nodes.ts";
import type { CelType } from "./cel_types.ts";

/** Tells the type of a part of an expression, with its members. */
export type TypeOf = (node: ASTNode) => CelType | undefined;

/** What an operator's operands are, and the part of the expression at which the trouble is. */
export interface OperatorWords {
  readonly message: string;
  readonly offset: number;
}

/** Operands that an operator does not take, in words, with what was probably meant. */
export function explainOperator(node: ASTNode, root: ASTNode, typeOf: TypeOf): OperatorWords {
  if (!Array.isArray(node.args)) return explainUnary(node, node.args as ASTNode, root);
  const [left, right] = node.args as readonly [ASTNode, ASTNode];
  for (const side of [left, right]) {
    const message = severalValues(side, typeOf(side), node.op);
    if (message !== undefined) return { message, offset: side.start };
  }
  if (node.op === "in") return { message: explainIn(left, right), offset: right.start };
  if (node.op === "+") return { message: explainSum(left, right), offset: left.start };
  return { message: explainBinary(node.op, left, right), offset: left.start };
}

/** A value with parts, such as `counts.a`, in place of one value. */
export function severalValues(
  node: ASTNode,
  type: CelType | undefined,
  operator?: string,
): string | undefined {
  if (type?.members === undefined) return undefined;
  const text = textOf(node);
  const names = Object.keys(type.members);
  const [first] = names;
  if (first === undefined) return undefined;
  const part = partOf(text, first, type.members[first]);
  const verb = operator !== undefined && /^[=!<>]/.test(operator) ? "compare" : "name";
  return names.length === 1
    ? `"${text}" has parts; ${verb} its part ${part}`
    : `"${text}" has several parts; ${verb} one of them, such as ${part}`;
}

/** `counts.a['1m']`: the first value that is none with parts. */
function partOf(text: string, name: string, type: CelType | undefined): string {
  const part = /^[A-Za-z_]\w*$/.test(name) ? `${text}.${name}` : `${text}['${name}']`;
  const [inner] = Object.keys(type?.members ?? {});
  return inner === undefined ? part : partOf(part, inner, type!.members![inner]);
}

/** What binds less than "!", and gives what "!" takes. */
const comparisons: ReadonlySet<string> = new Set(["==", "!=", "<", "<=", ">", ">=", "in"]);

function explainUnary(node: ASTNode, operand: ASTNode, root: ASTNode): OperatorWords {
  const sign = node.op.charAt(0);
  if (sign !== "!") {
    return {
      message: `"${sign}" takes a number, not ${describePart(operand)}`,
      offset: node.start,
    };
  }
  const fact = `"!" takes true or false, not ${describePart(operand)}`;
  for (const outer of nodesOf(root)) {
    if (!comparisons.has(outer.op)) continue;
    const [left, right] = outer.args as unknown[];
    if (left !== node) continue;
    const whole = `${textOf(operand)} ${outer.op} ${textOf(right as ASTNode)}`;
    return { message: `${fact}; write !(${whole})`, offset: node.start };
  }
  return { message: `${fact}; compare it, such as ${textOf(operand)} != ...`, offset: node.start };
}

function explainIn(left: ASTNode, right: ASTNode): string {
  const type = typeOfNode(right);
  const fact = `"in" looks into a list or a map, not into ${describePart(right)}`;
  if (type === "string" && typeOfNode(left) === "string") {
    return `${fact}; write ${textOf(right)}.contains(${textOf(left)}), or a list in [ ]`;
  }
  if (type.startsWith("list") || type.startsWith("map")) {
    return `"in" looks for ${describePart(left)} in ${
      describePart(right)
    }, which has none of that type`;
  }
  return `${fact}; write a list in [ ]`;
}

function explainSum(left: ASTNode, right: ASTNode): string {
  const [one, other] = [typeOfNode(left), typeOfNode(right)];
  const fact = `"+" does not take ${describePart(left)} and ${describePart(right)}`;
  if (one === "string") return `${fact}; write string(${textOf(right)})`;
  if (other === "string" && one !== "google.protobuf.Timestamp") {
    return `${fact}; write string(${textOf(left)})`;
  }
  return other === "string" ? `${fact}; write duration(${textOf(right)})` : fact;
}

const numbers: ReadonlySet<string> = new Set(["int", "uint", "double"]);

function explainBinary(operator: string, left: ASTNode, right: ASTNode): string {
  const fact = `"${operator}" does not take ${describePart(left)}, and ${describePart(right)}`;
  // no other literal makes a text or a bool something to calculate with
  if (!/^[=!<>]/.test(operator) && !numbers.has(typeOfNode(left))) return fact;
  for (const [field, literal] of [[left, right], [right, left]] as const) {
    if (literal.op !== "value") continue;
    const [wanted, given] = [typeOfNode(field), typeOfNode(literal)];
    const quoted = typeof literal.args === "string" ? literal.args : undefined;
    const words = typeWords(wanted);
    const is = `"${textOf(field)}" is ${words}`;
    if (numbers.has(wanted) && quoted !== undefined) {
      return Number.isFinite(Number(quoted || NaN))
        ? `${is}; write ${quoted} without quotes`
        : `${is}; compare it with a number`;
    }
    if (wanted === "string" && numbers.has(given)) {
      return `${is}; write '${textOf(literal)}' in quotes`;
    }
    if (wanted === "bool") return `${is} already; write ${textOf(field)} or !${textOf(field)}`;
    if (wanted === "string" && given === "bool") return `${is}; compare it with a text in quotes`;
  }
  return fact;
}
