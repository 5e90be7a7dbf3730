import { parse } from "@marcbachmann/cel-js";
import { nodesOf } from "./ast_nodes.ts";

/** Whether an expression, which parses, reads a variable; members of its name are none. */
export function readsVariable(source: string, name: string): boolean {
  return [...nodesOf(parse(source).ast)].some(({ op, args }) => op === "id" && args === name);
}

/**
 * The names that an expression reads: variables, members, and texts, which may be the names of
 * members. Empty if it does not parse.
 */
export function readNames(source: string): ReadonlySet<string> {
  let nodes: ReturnType<typeof nodesOf>;
  try {
    nodes = nodesOf(parse(source).ast);
  } catch {
    return new Set();
  }
  const names = new Set<string>();
  for (const { args } of nodes) {
    for (const part of Array.isArray(args) ? args : [args]) {
      if (typeof part === "string") names.add(part);
    }
  }
  return names;
}
