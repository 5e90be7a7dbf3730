/**
 * Functions of ours in place of some of CEL's library that do not do what CEL promises.
 * The library takes no second function of one signature, so ours stand under names of their own,
 * and an expression's calls bear these names while it is checked.
 *
 * @module
 */
import type { ASTNode, Environment, ParseResult, TypeCheckResult } from "@marcbachmann/cel-js";
import { nodesOf } from "./ast_nodes.ts";

/** No name in an expression can begin with it. */
const mark = "router:";

/** A method that takes the place of the library's. */
export interface ReplacedMethod {
  readonly name: string;
  readonly receiver: string;
  readonly parameters: readonly string[];
  readonly gives: string;
  // its arguments are of the types that its parameters name
  readonly run: (...args: never[]) => unknown;
}

/** Registers methods in place of the library's; returns what an expression is checked with. */
export function replaceMethods(
  environment: Environment,
  methods: readonly ReplacedMethod[],
): (parsed: ParseResult) => TypeCheckResult {
  for (const { name, receiver, parameters, gives, run } of methods) {
    environment.registerFunction({
      name: mark + name,
      receiverType: receiver,
      returnType: gives,
      params: parameters.map((type) => ({ type })),
      handler: run as (...args: unknown[]) => unknown,
      async: false,
    });
  }
  const replaced = new Set(methods.map(({ name, parameters }) => key(name, parameters.length)));
  return (parsed) => checkWith(parsed, replaced);
}

/** The check settles which function a call means; the names are needed no longer. */
function checkWith(parsed: ParseResult, replaced: ReadonlySet<string>): TypeCheckResult {
  const calls = [...nodesOf(parsed.ast)].filter(isMethodCall).map(({ args }) => args)
    .filter(([name, , { length }]) => replaced.has(key(name, length)));
  for (const call of calls) call[0] = mark + call[0];
  try {
    return parsed.check();
  } finally {
    for (const call of calls) call[0] = call[0].slice(mark.length);
  }
}

function key(name: string, parameters: number): string {
  return `${name}/${parameters}`;
}

function isMethodCall(node: ASTNode): node is ASTNode & { op: "rcall" } {
  return node.op === "rcall";
}
