/**
 * The functions that expressions have, and what other languages call them.
 *
 * @module
 */
import { Environment } from "@marcbachmann/cel-js";
import { addOpenimFunctions } from "./openim_functions.ts";
import { addTextFunctions } from "./text_functions.ts";
import { addTimeFunctions } from "./time_functions.ts";

/** A function as messages show it. */
export interface KnownFunction {
  readonly name: string;
  /** The type that it is a method of; null for a function. */
  readonly receiverType: string | null;
  readonly params: readonly { readonly type: string }[];
}

let known: readonly KnownFunction[] | undefined;

/** Every function and method of expressions. */
export function knownFunctions(): readonly KnownFunction[] {
  if (known === undefined) {
    const environment = new Environment();
    addOpenimFunctions(environment);
    addTextFunctions(environment);
    addTimeFunctions(environment);
    known = environment.getDefinitions().functions;
  }
  return known;
}

/** The names of functions, such as `size`. */
export function functions(): ReadonlySet<string> {
  return namesWhere((receiver) => receiver === null);
}

/** The names of methods, such as `contains`. */
export function methods(): ReadonlySet<string> {
  return namesWhere((receiver) => receiver !== null);
}

function namesWhere(fits: (receiver: string | null) => boolean): ReadonlySet<string> {
  return new Set(
    knownFunctions().filter(({ receiverType }) => fits(receiverType)).map(({ name }) => name),
  );
}

/** The functions for messages, each with the field that it is for. */
export const messageFunctions: Readonly<Record<string, string>> = {
  fromRestApi: "msgFrom",
  isNotification: "contentType",
  isReadReceipt: "contentType",
  text: "content",
};

/** A call in CEL's words, given the text of what another language calls it on. */
export type InCel = (object: string, args?: string) => string;

/** Methods of other languages. */
export const foreignMethods: Readonly<Record<string, InCel>> = {
  count: (object) => `size(${object})`,
  equals: (object, value = "...") => `${object} == ${value}`,
  includes: (object, value = "...") => `${object}.contains(${value})`,
  isEmpty: (object) => `${object} == ''`,
  len: (object) => `size(${object})`,
  length: (object) => `size(${object})`,
  lower: (object) => `${object}.lowerAscii()`,
  lowercase: (object) => `${object}.lowerAscii()`,
  match: (object, value = "...") => `${object}.matches(${value})`,
  regex: (object, value = "...") => `${object}.matches(${value})`,
  strip: (object) => `${object}.trim()`,
  test: (object, value = "...") => `${object}.matches(${value})`,
  text: (object) => `text(${object})`,
  toLowerCase: (object) => `${object}.lowerAscii()`,
  toString: (object: string) => `string(${object})`,
  toUpperCase: (object) => `${object}.upperAscii()`,
  upper: (object) => `${object}.upperAscii()`,
  uppercase: (object) => `${object}.upperAscii()`,
};

/** Functions of other languages. */
export const foreignFunctions: Readonly<Record<string, InCel>> = {
  Number: (value) => `int(${value})`,
  Date: () => "timestamp(receivedAt / 1000)",
  String: (value) => `string(${value})`,
  float: (value) => `double(${value})`,
  len: (value) => `size(${value})`,
  length: (value) => `size(${value})`,
  lower: (value) => `${value}.lowerAscii()`,
  not: (value) => `!(${value})`,
  now: () => "timestamp(receivedAt / 1000)",
  parseFloat: (value) => `double(${value})`,
  parseInt: (value) => `int(${value})`,
  str: (value) => `string(${value})`,
  upper: (value) => `${value}.upperAscii()`,
};
