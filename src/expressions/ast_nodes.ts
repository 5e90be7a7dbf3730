import type { ASTNode } from "@marcbachmann/cel-js";

/** An expression's node and all that is below it. */
export function* nodesOf(part: unknown): Generator<ASTNode> {
  if (Array.isArray(part)) {
    for (const inner of part) yield* nodesOf(inner);
  } else if (typeof part === "object" && part !== null && "op" in part && "args" in part) {
    yield part as ASTNode;
    yield* nodesOf(part.args);
  }
}
