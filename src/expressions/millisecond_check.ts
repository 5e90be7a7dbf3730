import type { ASTNode } from "@marcbachmann/cel-js";
import { nodesOf } from "./ast_nodes.ts";
import { textOf } from "./type_words.ts";

/** Something in an expression that is allowed and probably not meant. */
export interface Doubt {
  readonly message: string;
  /** Characters into the expression. */
  readonly offset: number;
}

/** Fields in milliseconds that `timestamp` takes for seconds, so that it fails or is wrong. */
export function millisecondDoubts(
  ast: ASTNode,
  isMilliseconds: (field: string) => boolean,
): readonly Doubt[] {
  return [...nodesOf(ast)].flatMap(({ op, args }) => {
    if (op !== "call" || args[0] !== "timestamp") return [];
    const [value] = args[1] as readonly ASTNode[];
    if (value === undefined) return [];
    const text = textOf(value);
    const field = text.replace(/^body\.|^body\[(['"])(\w+)\1\]$/, "$2");
    if (!isMilliseconds(field)) return [];
    const message = `timestamp() takes seconds, and ${text} is in milliseconds; ` +
      `write timestamp(${text} / 1000)`;
    return [{ message, offset: value.start }];
  });
}
