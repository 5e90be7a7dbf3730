import type { ASTNode } from "@marcbachmann/cel-js";

/** An expression's node and all that is below it. */
export function* nodesOf(part: unknown): Generator<ASTNode> {
  if (Array.isArray(part)) {
    for (const inner of part) yield* nodesOf(inner);
  } else if (typeof part === "object" && part !== null && "op" in part && "args" in part) {
    yield part as ASTNode;
    yield* nodesOf(part.args);
  }
}

const words: Readonly<Record<string, string>> = {
  bool: "true or false",
  bytes: "bytes",
  double: "a number",
  dyn: "a value of any type",
  int: "a whole number",
  null: "null",
  string: "a string",
  type: "a type",
  uint: "a whole number",
  "google.protobuf.Duration": "a duration",
  "google.protobuf.Timestamp": "a time",
};

/** CEL's name of a type in words: `int` is "a whole number". */
export function typeWords(type: string): string {
  if (type.startsWith("list")) return "a list";
  if (type.startsWith("map")) return "a map";
  return Object.hasOwn(words, type) ? words[type]! : "an object";
}

/** The text of a part of an expression. */
export function textOf({ input, start, end }: ASTNode): string {
  return input.slice(start, end);
}

/** CEL's name of the type of a part that was checked. */
export function typeOfNode(node: ASTNode): string {
  const { checkedType } = node as ASTNode & { readonly checkedType?: { readonly name: string } };
  return checkedType?.name ?? "dyn";
}

/** `sendID, a string`: a part of an expression and its type, for a message. */
export function describePart(node: ASTNode): string {
  const text = textOf(node);
  const type = typeWords(typeOfNode(node));
  return text.length > 40 ? type : node.op === "value" ? text : `${text}, ${type}`;
}
