/**
 * Counts what expressions do while they are evaluated.
 *
 * CEL's library has no bound of its own on an evaluation, but it hands the evaluator to macros, and
 * evaluates every part of an expression through the evaluator's `run`. So an expression becomes the
 * argument of a macro here, which evaluates it by an evaluator that counts.
 *
 * @module
 */
import type { ASTNode, Environment, ParseResult } from "@marcbachmann/cel-js";
import { nodesOf } from "./ast_nodes.ts";
import { RoundedInteger } from "./json_value.ts";
import { CostError, type Work } from "./work.ts";
import { type Cost, costOfCall, costOfKeys, costToMake, operatorCosts } from "./value_cost.ts";

/** No expression can name it. */
const workName = "the callback's work";

/** What of an evaluator is used here. */
interface Evaluator {
  run(node: ASTNode, context: unknown): unknown;
  /** As `run`, but gives what is thrown: for `||`, `&&`, `all` and `exists`. */
  tryEval(node: ASTNode, context: unknown): unknown;
  /** The type of a value: a list, a map. */
  debugType(value: unknown): unknown;
  /** The same with the types of its first item or member, and of that one's. */
  debugTypeDeep(value: unknown): unknown;
}

/** To make an error, with the place in the expression, takes long. */
const stepsOfAnError = 300;

/** How many levels of lists and maps in a value have their types named in full. */
const mostTypeLevels = 3;

/** Registers what {@link metered} needs. */
export function addMetering(environment: Environment): void {
  environment.registerFunction("metered(ast): dyn", ({ args }: { readonly args: ASTNode[] }) => {
    let counting: CountingEvaluator | undefined;
    return {
      async: false,
      typeCheck: (checker: Checker, _macro: unknown, context: unknown) =>
        checker.check(args[0]!, context),
      evaluate(evaluator: Evaluator, _macro: unknown, context: Context) {
        counting ??= countingEvaluator(evaluator, costsOf(args[0]!));
        counting.work = context.getValue(workName) as Work;
        return counting.run(args[0]!, context);
      },
    };
  });
}

/** What of a type checker is used here. */
interface Checker {
  check(node: ASTNode, context: unknown): unknown;
}

/** What of an evaluation's variables is used here. */
interface Context {
  getValue(name: string): unknown;
}

/**
 * An expression that has not been checked yet, as one that counts. What it is evaluated on holds
 * the values of its variables and {@link workIn}.
 */
export function metered({ ast }: ParseResult, environment: Environment): ParseResult {
  const whole = environment.parse("metered(0)");
  (whole.ast as Extract<ASTNode, { op: "call" }>).args[1][0] = ast;
  return whole;
}

/** The part of an evaluation's values that tells what it may still do. */
export function workIn(work: Work): Readonly<Record<string, unknown>> {
  return { [workName]: work };
}

/** The work in an evaluation's values: the reverse of {@link workIn}. */
export function workOf(values: Readonly<Record<string, unknown>>): Work {
  return values[workName] as Work;
}

/** An evaluator that counts what it does in a callback's work. */
interface CountingEvaluator extends Evaluator {
  work: Work;
}

function countingEvaluator(
  evaluator: Evaluator,
  costs: ReadonlyMap<ASTNode, PartCost>,
): CountingEvaluator {
  const counting: CountingEvaluator = Object.create(evaluator);
  counting.run = (node, context) => {
    const value = evaluator.run.call(counting, node, context);
    const cost = costs.get(node)?.(value) ?? 0;
    counting.work.spend(1 + cost);
    return value;
  };
  counting.tryEval = (node, context) => {
    try {
      return counting.run(node, context);
    } catch (error) {
      // another side or another item does not make up for these
      if (error instanceof CostError || error instanceof RoundedInteger) throw error;
      counting.work.spend(stepsOfAnError);
      return error;
    }
  };
  // the library keeps every type that it has ever met: a caller may nest values in endless ways
  counting.debugTypeDeep = (value) =>
    isNestedWithin(mostTypeLevels, value)
      ? evaluator.debugTypeDeep(value)
      : evaluator.debugType(value);
  return counting;
}

/** Whether the first item or member of a value, and of that one, ends within this many levels. */
function isNestedWithin(levels: number, value: unknown): boolean {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return true;
  if (levels === 0) return false;
  const [first] = Array.isArray(value) || value instanceof Set
    ? value
    : value instanceof Map
    ? value.values()
    : Object.values(value);
  return isNestedWithin(levels - 1, first);
}

/** What a part of an expression costs besides its own step, given its value. */
type PartCost = (value: unknown) => number;

/** The parts of an expression that cost more than a step. */
function costsOf(expression: ASTNode): ReadonlyMap<ASTNode, PartCost> {
  const costs = new Map<ASTNode, PartCost>();
  const add = (node: ASTNode, cost: PartCost) => {
    const other = costs.get(node);
    costs.set(node, other === undefined ? cost : (value) => other(value) + cost(value));
  };
  const addOperation = (operands: readonly ASTNode[], cost: Cost) => {
    const operation = new Operation(operands.length, cost);
    operands.forEach((node, index) => add(node, (value) => operation.costWith(index, value)));
  };
  for (const node of nodesOf(expression)) {
    const operatorCost = Object.hasOwn(operatorCosts, node.op) ? operatorCosts[node.op] : undefined;
    if (operatorCost !== undefined) addOperation(node.args as ASTNode[], operatorCost);
    if (node.op !== "call" && node.op !== "rcall") continue;
    const [name] = node.args;
    const operands = node.op === "call" ? node.args[1] : [node.args[1], ...node.args[2]];
    if (macros.has(name)) add(operands[0]!, costOfKeys);
    else {
      addOperation(operands, costOfCall(name));
      add(node, costToMake);
    }
  }
  return costs;
}

/** What evaluates its arguments itself, as often as it likes. */
const macros = new Set(["all", "exists", "exists_one", "filter", "map", "bind", "has"]);

/** The operands of one operation, until all of them are known and it is done. */
class Operation {
  readonly #cost: Cost;
  readonly #count: number;
  #operands: unknown[] = [];
  #known = 0;

  constructor(count: number, cost: Cost) {
    this.#count = count;
    this.#cost = cost;
  }

  /** Takes an operand; gives the operation's cost with the last one. */
  costWith(index: number, value: unknown): number {
    this.#operands[index] = value;
    this.#known |= 1 << index;
    if (this.#known !== 2 ** this.#count - 1) return 0;
    const operands = this.#operands;
    this.#operands = [];
    this.#known = 0;
    return this.#cost(operands);
  }
}
