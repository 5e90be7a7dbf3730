import type { Expression, ExpressionType } from "../../chain/expression.ts";
import { type CommandFacts, OptionError, type RuleContext } from "../../chain/rule.ts";
import { deliveredScope } from "../../expressions/answer_condition.ts";
import { CelScope } from "../../expressions/cel_scope.ts";
import type { RulesFile } from "../sections/rules_file.ts";
import { addOnce, type SchemaProblem } from "../source/schema_problems.ts";
import { typedExpression } from "./typed_expression.ts";

/** What is wrong with the targets' `deliveredWhen`. */
export function deliveredWhenProblems(targets: RulesFile["targets"]): readonly SchemaProblem[] {
  return Object.entries(targets).flatMap(([name, { deliveredWhen }]) => {
    if (deliveredWhen === undefined) return [];
    const path = ["targets", name, "deliveredWhen"];
    try {
      typedExpression(deliveredScope, path, deliveredWhen, "bool");
      return [];
    } catch (error) {
      if (!(error instanceof OptionError)) throw error;
      return [{ path, offset: error.offset, message: error.message }];
    }
  });
}

/** A target's order that is none. */
const unordered = "none";

/**
 * The expressions of targets, its order and the shape of its bodies, compiled against the fields of
 * one command when one of its rules forwards to them. What rules before it found out is not in
 * sight: they are the target's, the same for every rule that forwards to it.
 */
export function targetExpressions(
  targets: RulesFile["targets"],
  { command, request }: Pick<CommandFacts, "command" | "request">,
  problems: Map<string, SchemaProblem>,
  warnings: Map<string, SchemaProblem>,
): Pick<RuleContext, "order" | "shape"> {
  const compiled = new Map<string, Expression>();
  return {
    order(name) {
      const source = targets[name]?.order ?? unordered;
      if (source === unordered) return undefined;
      return compile(["targets", name, "order"], source, "key") as Expression<string>;
    },
    shape(name) {
      const body = targets[name]?.body;
      if (typeof body !== "object") return undefined;
      return compile(["targets", name, "body", "shape"], body.shape, "any");
    },
  };

  function compile(path: readonly string[], source: string, type: ExpressionType): Expression {
    const place = path.join("/");
    const known = compiled.get(place);
    if (known !== undefined) return known;
    const expression = compileAnew(path, source, type);
    compiled.set(place, expression);
    return expression;
  }

  function compileAnew(path: readonly string[], source: string, type: ExpressionType): Expression {
    try {
      return typedExpression(
        CelScope.of(request),
        path,
        source,
        type,
        (path, message, offset) => addOnce(warnings, { path, message, offset }),
      );
    } catch (error) {
      if (!(error instanceof OptionError)) throw error;
      const { message, offset } = error;
      addOnce(problems, { path, offset, message: `${message} (for ${command}, forwarded to it)` });
      return () => "";
    }
  }
}
