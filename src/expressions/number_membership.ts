import type { ASTNode, Environment, ParseResult, TypeCheckResult } from "@marcbachmann/cel-js";
import { nodesOf } from "./ast_nodes.ts";

/** What the check says of a number that is sought among numbers of the other kind. */
const mixed = /^no such overload: (?:int|uint|double) in list<(?:int|uint|double)>$/;

/** An expression, parsed and checked. */
export interface Checked {
  readonly parsed: ParseResult;
  readonly result: TypeCheckResult;
}

/**
 * Lets whole and fractional numbers meet in `2 in [1.0, 2.0]`, as {@link addMixedArithmetic} does
 * elsewhere. A second overload of `in` would be in doubt for lists of any items, so it is
 * checked as if it were such a list: when it runs, numbers are compared by their value.
 */
export function checkMembership(
  environment: Environment,
  parse: () => ParseResult,
  check: (parsed: ParseResult) => TypeCheckResult,
): Checked {
  const places = new Set<number>();
  for (;;) {
    const parsed = parse();
    for (const node of nodesOf(parsed.ast)) {
      if (node.op === "in" && places.has(node.pos)) {
        node.args[1] = asAnything(environment, node.args[1]);
      }
    }
    const result = check(parsed);
    const { summary = "", node } = result.error ?? {};
    // a place that is reported again would be reported for ever
    if (!mixed.test(summary) || node === undefined || places.has(node.pos)) {
      return { parsed, result };
    }
    places.add(node.pos);
  }
}

function asAnything(environment: Environment, list: ASTNode): ASTNode {
  const { ast } = environment.parse("dyn(0)");
  if (ast.op === "call") ast.args[1][0] = list;
  return ast;
}
