import type { Environment } from "@marcbachmann/cel-js";

const operations: Readonly<Record<string, (one: number, other: number) => number>> = {
  "+": (one, other) => one + other,
  "-": (one, other) => one - other,
  "*": (one, other) => one * other,
  "/": (one, other) => one / other,
  "%": (one, other) => one % other,
};

/**
 * Lets whole and fractional numbers meet: `unreadMsgNum * 1.5`, `score == 2`. CEL keeps int and double apart; in
 * a rules file about JSON numbers that would only surprise.
 */
export function addMixedArithmetic(environment: Environment): void {
  for (const [sign, operate] of Object.entries(operations)) {
    const run = (one: unknown, other: unknown) => operate(Number(one), Number(other));
    environment.registerOperator(`int ${sign} double: double`, run);
    environment.registerOperator(`double ${sign} int: double`, run);
  }
  // the other order and != come with it
  environment.registerOperator("int == double: bool", (one: bigint, other: number) => {
    return Number.isInteger(other) && BigInt(other) === one;
  });
}
