import type { ExpressionType } from "../../chain/expression.ts";
import { emptyCallback } from "../../openim/callback.ts";
import type { CompiledCel } from "../../expressions/cel_scope.ts";

/** What to say of a condition or a key that is the same for every callback. */
export function constantWords(compiled: CompiledCel, type: ExpressionType): string | undefined {
  if (!compiled.isConstant) return undefined;
  if (type === "key") {
    return "this is the same for every callback; for a field's value write its name without " +
      "quotes, such as sendID";
  }
  return type === "bool" ? `this is always ${valueOf(compiled)}` : undefined;
}

/** The value of an expression that reads no callback; one that fails is never true. */
function valueOf({ evaluate }: CompiledCel): boolean {
  try {
    return evaluate(emptyCallback(), {}) === true;
  } catch {
    return false;
  }
}
