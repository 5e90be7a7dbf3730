import type { Expression } from "../chain/expression.ts";
import { type CommandFacts, OptionError, type RuleContext } from "../chain/rule.ts";
import { CelScope } from "../expressions/cel_scope.ts";
import type { RulesFile } from "./rules_file.ts";
import { addOnce, type SchemaProblem } from "./schema_problems.ts";
import { typedExpression } from "./typed_expression.ts";

/** A target's order that is none. */
const unordered = "none";

/**
 * The key expressions of targets, compiled against the fields of one command when one of its rules
 * forwards to them. What rules before it found out is not in sight: the order is the target's, the
 * same for every rule that forwards to it.
 */
export function targetOrders(
  targets: RulesFile["targets"],
  { command, request }: Pick<CommandFacts, "command" | "request">,
  problems: Map<string, SchemaProblem>,
): RuleContext["order"] {
  const compiled = new Map<string, Expression<string>>();
  return (name) => {
    const source = targets[name]?.order ?? unordered;
    if (source === unordered) return undefined;
    const known = compiled.get(name);
    if (known !== undefined) return known;
    const expression = compile(source, name);
    compiled.set(name, expression);
    return expression;
  };

  function compile(source: string, name: string): Expression<string> {
    try {
      const scope = CelScope.of(request);
      return typedExpression(scope, ["order"], source, "key") as Expression<string>;
    } catch (error) {
      if (!(error instanceof OptionError)) throw error;
      const { message, offset } = error;
      const path = ["targets", name, "order"];
      addOnce(problems, { path, offset, message: `${message} (for ${command}, forwarded to it)` });
      return () => "";
    }
  }
}
