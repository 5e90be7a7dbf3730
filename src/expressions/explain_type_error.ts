import type { ASTNode, TypeError as CelTypeError } from "@marcbachmann/cel-js";
import { CelError } from "./cel_error.ts";
import { explainCall } from "./explain_call.ts";
import { explainOperator, severalValues, type TypeOf } from "./explain_operator.ts";
import { hasNoMembers, noMembersError } from "./explain_member.ts";
import { describePart, textOf, typeOfNode, typeWords } from "./ast_nodes.ts";
import { lowerFirst } from "./syntax_error.ts";

/** What CEL's check finds wrong with the types of an expression, in words that name its parts. */
export function explainTypeError(
  error: CelTypeError,
  root: ASTNode,
  typeOf: TypeOf,
): CelError {
  const { node } = error;
  const start = error.range?.start ?? node?.start ?? 0;
  const say = (message: string, offset = start) => new CelError(message, offset, error);
  if (node === undefined) return say(lowerFirst(error.summary));
  switch (error.code) {
    case "no_such_overload": {
      const { message, offset } = explainOperator(node, root, typeOf);
      return say(message, offset);
    }
    case "no_matching_overload": {
      const several = argumentsOf(node).map((arg) => severalValues(arg, typeOf(arg)));
      return say(several.find((message) => message !== undefined) ?? explainCall(node));
    }
    case "invalid_logical_operand":
      return explainLogical(node, error, typeOf);
    case "invalid_condition_type": {
      const [, macro] = /^(\w+)\(var/.exec(error.summary) ?? [];
      const part = describePart(node);
      const fact = macro === undefined
        ? `before "?" stands ${part}`
        : `"${macro}" takes a condition on each item, not ${part}`;
      return say(`${fact}; write what is true or false`);
    }
    case "cannot_index_type": {
      const [object, index] = node.args as readonly [ASTNode, ASTNode | string];
      const name = typeof index === "string" ? index : textOf(index);
      const type = typeOfNode(object);
      if (hasNoMembers(type)) return noMembersError(textOf(object), type, name, start);
      return say(`${describePart(object)}, has no members`);
    }
    case "invalid_index_type": {
      const [object, index] = node.args as readonly [ASTNode, ASTNode | string];
      if (typeof index === "string") return say(listMemberWords(object, index));
      const several = severalValues(object, typeOf(object));
      return say(several ?? `${describePart(object)}, has no part ${describePart(index)}`);
    }
    default:
      return say(lowerFirst(error.summary));
  }
}

/** A member of a list, such as `atUserList.filter(...).length`. */
function listMemberWords(list: ASTNode, member: string): string {
  const remedy = /^(?:length|len|count|size)$/.test(member) ? `; write size(${textOf(list)})` : "";
  return `a list has no member "${member}"${remedy}`;
}

function argumentsOf({ args }: ASTNode): readonly ASTNode[] {
  if (!Array.isArray(args)) return [];
  return (args as unknown[]).flat().filter((arg) => typeof arg === "object") as ASTNode[];
}

function explainLogical(node: ASTNode, error: CelTypeError, typeOf: TypeOf): CelError {
  const sides = node.args as readonly ASTNode[];
  const side = sides.find((operand) => {
    const type = typeOfNode(operand);
    return type !== "bool" && type !== "dyn";
  }) ?? node;
  const several = severalValues(side, typeOf(side), "==");
  if (several !== undefined) return new CelError(several, side.start, error);
  const type = typeOfNode(side);
  const example = type === "string" ? `${textOf(side)} != ''` : `${textOf(side)} != 0`;
  const compare = type === "string" || type === "int" ? `; compare it, such as ${example}` : "";
  const message = `"${node.op}" takes true or false, not ${typeWords(type)}${compare}`;
  return new CelError(message, side.start, error);
}
