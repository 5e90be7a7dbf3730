import type { ASTNode } from "@marcbachmann/cel-js";
import { nodesOf } from "./ast_nodes.ts";
import { CelError } from "./cel_error.ts";
import { Pattern, PatternError } from "./pattern.ts";
import type { WrittenPatterns } from "./pattern_matching.ts";

/**
 * Compiles the patterns of `matches` that are written out in an expression; undefined if it has
 * no `matches` at all.
 *
 * @throws {CelError} for a pattern that is no regular expression, with its place.
 */
export function compilePatterns(ast: ASTNode): WrittenPatterns | undefined {
  const patterns = new Map<string, Pattern>();
  let matches = false;
  for (const node of nodesOf(ast)) {
    const args = argumentsOfMatches(node);
    if (args === undefined) continue;
    matches = true;
    const pattern = args.at(-1);
    if (pattern?.op !== "value" || typeof pattern.args !== "string") continue;
    if (!patterns.has(pattern.args)) patterns.set(pattern.args, compiled(pattern.args, pattern));
  }
  return matches ? patterns : undefined;
}

/** The arguments of `text.matches(pattern)` and `matches(text, pattern)`. */
function argumentsOfMatches({ op, args }: ASTNode): readonly ASTNode[] | undefined {
  if (op === "rcall" && args[0] === "matches") return args[2];
  return op === "call" && args[0] === "matches" ? args[1] : undefined;
}

function compiled(source: string, { start }: ASTNode): Pattern {
  try {
    return new Pattern(source);
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    throw new CelError(error.message, start, error);
  }
}
