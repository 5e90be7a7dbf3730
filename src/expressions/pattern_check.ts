import type { ASTNode } from "@marcbachmann/cel-js";
import { nodesOf } from "./ast_nodes.ts";
import { CelError } from "./cel_error.ts";
import { lowerFirst } from "./syntax_error.ts";

/**
 * Checks the patterns of `matches` that are written out, which CEL looks at when it meets them.
 *
 * @throws {CelError} for a pattern that is no regular expression.
 */
export function checkPatterns(ast: ASTNode): void {
  for (const { op, args } of nodesOf(ast)) {
    if (op !== "rcall" || args[0] !== "matches") continue;
    const [pattern] = args[2];
    if (pattern?.op !== "value" || typeof pattern.args !== "string") continue;
    try {
      new RegExp(pattern.args);
    } catch (cause) {
      throw new CelError(reasonOf(cause as Error), pattern.start, cause);
    }
  }
}

/** V8's reason comes after the pattern, which the rules file shows already. */
function reasonOf({ message }: Error): string {
  const reason = message.slice(message.lastIndexOf(": ") + 2);
  return `not a regular expression: ${lowerFirst(reason)}`;
}
