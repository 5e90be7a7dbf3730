/**
 * The keys of maps that expressions write out. CEL's engine leaves out, without a word, those that
 * every object of JavaScript has: here such a key is an error.
 *
 * @module
 */
import type { ASTNode, Environment } from "@marcbachmann/cel-js";
import { nodesOf } from "./ast_nodes.ts";
import { CelError } from "./cel_error.ts";

/** The keys that the engine leaves out. */
const lostKeys: ReadonlySet<unknown> = new Set(["__proto__", "constructor", "prototype"]);

/** What checks a key that only the values show. No rules file needs to call it. */
const keyCheck = "mapKey";

/** Lets expressions have the function that {@link withKeyChecks} puts around keys. */
export function addKeyCheck(environment: Environment): void {
  environment.registerFunction(`${keyCheck}(dyn): dyn`, (key: unknown) => {
    if (lostKeys.has(key)) throw new Error(lostKey(key));
    return key;
  });
}

/**
 * Checks the keys that are written out.
 *
 * @throws {CelError} for a key that would be left out.
 */
export function checkMapKeys(ast: ASTNode): void {
  for (const key of mapKeys(ast)) {
    if (key.op === "value" && lostKeys.has(key.args)) {
      throw new CelError(lostKey(key.args), key.start);
    }
  }
}

/**
 * An expression in which a key that only the values show fails rather than being left out. The
 * engine's ranges leave out the parentheses around a key, which belong to it as well.
 */
export function withKeyChecks(source: string, ast: ASTNode): string {
  const computed = [...mapKeys(ast)].filter(({ op }) => op !== "value");
  const insertions = computed.flatMap(({ start, end }) => [
    { at: start - /[\s(]*$/.exec(source.slice(0, start))![0].length, text: ` ${keyCheck}(` },
    { at: end + /^[\s)]*/.exec(source.slice(end))![0].length, text: ")" },
  ]);
  return insertions.sort((one, other) => other.at - one.at).reduce(
    (text, { at, text: inserted }) => text.slice(0, at) + inserted + text.slice(at),
    source,
  );
}

function* mapKeys(ast: ASTNode): Generator<ASTNode> {
  for (const { op, args } of nodesOf(ast)) {
    if (op === "map") { for (const [key] of args) yield key; }
  }
}

const lostKey = (key: unknown) => `a map here cannot have the key "${key}"; choose another name`;
