import type { ASTNode } from "@marcbachmann/cel-js";
import { didYouMean } from "../values/nearest_name.ts";
import {
  foreignFunctions,
  foreignMethods,
  functions,
  type KnownFunction,
  knownFunctions,
  messageFunctions,
  methods,
} from "./known_functions.ts";
import { textOf, typeOfNode, typeWords } from "./ast_nodes.ts";

/** A call that fits no function, in words. */
export function explainCall(node: ASTNode): string {
  return node.op === "rcall" ? explainMethod(node) : explainFunction(node);
}

type MethodArgs = readonly [string, ASTNode, readonly ASTNode[]];
type FunctionArgs = readonly [string, readonly ASTNode[]];

function explainMethod(node: ASTNode): string {
  const [name, receiver, args] = node.args as MethodArgs;
  const object = textOf(receiver);
  const given = args.map(textOf).join(", ");
  const type = typeOfNode(receiver);
  if (!methods().has(name)) {
    const foreign = own(foreignMethods, name)?.(object, given || undefined);
    if (foreign !== undefined) return `there is no "${name}" in expressions; write ${foreign}`;
    if (functions().has(name)) return `"${name}" is a function; write ${name}(${object})`;
    return `there is no method "${name}"${didYouMean(name, methods())}`;
  }
  if (/^get[A-Z]/.test(name) && type === "int") {
    return `"${object}" is a whole number, no time; write timestamp(${object} / 1000).` +
      `${name}(${given}) for milliseconds`;
  }
  return `"${object}" is ${typeWords(type)}: ${misfit(name, args, (known) => known !== null)}`;
}

function explainFunction(node: ASTNode): string {
  const [name, args] = node.args as FunctionArgs;
  const given = args.map(textOf).join(", ");
  if (!functions().has(name)) {
    const foreign = own(foreignFunctions, name)?.(given || "...");
    if (foreign !== undefined) return `there is no "${name}" in expressions; write ${foreign}`;
    const [object, ...rest] = args.map(textOf);
    if (methods().has(name) && object !== undefined) {
      return `"${name}" is a method; write ${object}.${name}(${rest.join(", ")})`;
    }
    return `there is no function "${name}"${didYouMean(name, functions())}`;
  }
  return misfit(name, args, (known) => known === null);
}

/** A function that is there and does not take what it was given. */
function misfit(
  name: string,
  args: readonly ASTNode[],
  fits: (receiver: string | null) => boolean,
): string {
  const field = own(messageFunctions, name);
  if (field !== undefined && args.length === 0) {
    return `"${name}" is given nothing; write ${name}(${field})`;
  }
  const forms = knownFunctions().filter((known) => known.name === name && fits(known.receiverType));
  const given = args.map((arg) => typeWords(typeOfNode(arg))).join(", ") || "nothing";
  const taken = [...new Set(forms.map(formOf))].join(" or ");
  return `"${name}" is given ${given}; write ${taken}`;
}

function formOf({ name, receiverType, params }: KnownFunction): string {
  const call = `${name}(${params.map(({ type }) => shortName(type)).join(", ")})`;
  return receiverType === null ? call : `${shortName(receiverType)}.${call}`;
}

function shortName(type: string): string {
  const [name = type] = /^(?:list|map)(?=<)/.exec(type) ?? [];
  const last = name.slice(name.lastIndexOf(".") + 1);
  return last === "ast" ? "..." : last.toLowerCase();
}

function own<Value>(record: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
