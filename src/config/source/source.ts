import {
  createScanner,
  findNodeAtLocation,
  getNodeValue,
  type Node,
  type ParseError,
  parseTree,
} from "jsonc-parser";
import { parseExact } from "../../openim/exact_json.ts";
import { problemWords } from "../../openim/json_problem.ts";
import { pathText, type Problem } from "./config_error.ts";

/** A place in the text: counted from 1. */
interface Position {
  readonly line: number;
  readonly column: number;
}

/** Where a problem is shown. */
export interface Place {
  readonly path: readonly (string | number)[];
  /** At the property's name rather than its value. */
  readonly atKey?: boolean;
  /** Characters into a string value. */
  readonly offset?: number;
}

/** Far deeper than any rules file; what looks into a value calls itself for each level. */
const deepest = 64;

/** The text of a rules file: JSON with comments, every value with its line and column. */
export class RulesSource {
  readonly file: string;
  readonly #text: string;
  readonly #root: Node | undefined;
  /** What is wrong with the text itself. */
  readonly problems: readonly Problem[];

  /** Parses a text; `file` is the name to show in messages. */
  constructor(file: string, text: string) {
    this.file = file;
    this.#text = text.replace(/^\uFEFF/, "");
    const tooDeep = offsetBelow(this.#text, deepest);
    if (tooDeep !== undefined) {
      this.problems = [this.#textProblem(tooDeep, `is nested deeper than ${deepest} levels`)];
      return;
    }
    const errors: ParseError[] = [];
    this.#root = parseTree(this.#text, errors, { allowTrailingComma: false });
    this.problems = [...this.#syntaxProblems(errors), ...this.#duplicateKeys(this.#root, [])];
  }

  /** The whole value, without a prototype's names in it. */
  get value(): unknown {
    return this.#root === undefined ? undefined : getNodeValue(this.#root);
  }

  /**
   * The value at a path, integers that a number would round as `bigint`; undefined if there is
   * none. For a text without problems.
   */
  exactValue(path: Place["path"]): unknown {
    const node = this.#root && findNodeAtLocation(this.#root, [...path]);
    return node && this.#exactValueOf(node);
  }

  #exactValueOf({ type, value, offset, length, children = [] }: Node): unknown {
    switch (type) {
      case "array":
        return children.map((item) => this.#exactValueOf(item));
      case "object":
        return Object.fromEntries(children.map(({ children: [name, member] = [] }) => [
          name!.value,
          this.#exactValueOf(member!),
        ]));
      case "number":
        return parseExact(this.#text.slice(offset, offset + length));
      default:
        return value;
    }
  }

  /** A problem at a place; if the place does not exist, at the nearest one around it. */
  problem(place: Place, message: string): Problem {
    return { file: this.file, ...this.#find(place), path: pathText(place.path), message };
  }

  #find({ path, atKey, offset = 0 }: Place): Position {
    if (this.#root === undefined) return { line: 1, column: 1 };
    for (let length = path.length; length > 0; length--) {
      const node = findNodeAtLocation(this.#root, [...path.slice(0, length)]);
      if (node === undefined) continue;
      const whole = length === path.length;
      if (whole && atKey && node.parent?.type === "property") {
        return this.#position(node.parent.offset);
      }
      return this.#position(node.offset + (whole ? this.#into(node, offset) : 0));
    }
    return this.#position(this.#root.offset);
  }

  /** Characters into the text of a string node; escapes make a character longer in the text. */
  #into(node: Node, offset: number): number {
    if (offset === 0 || node.type !== "string") return 0;
    const raw = this.#text.slice(node.offset + 1, node.offset + node.length - 1);
    let at = 0;
    for (let characters = 0; characters < offset && at < raw.length; characters++) {
      at += raw[at] !== "\\" ? 1 : raw[at + 1] === "u" ? 6 : 2;
    }
    return at + 1;
  }

  #position(offset: number): Position {
    const before = this.#text.slice(0, offset);
    const line = before.split("\n").length;
    return { line, column: offset - before.lastIndexOf("\n") };
  }

  #textProblem(offset: number, message: string): Problem {
    return { file: this.file, ...this.#position(offset), path: "", message };
  }

  /** The first error of each line: those after it are mostly about what it has left behind. */
  #syntaxProblems(errors: readonly ParseError[]): readonly Problem[] {
    const byLine = new Map<number, Problem>();
    for (const error of errors) {
      const words = `${problemWords(error)}${remedy(this.#text, error.offset)}`;
      const problem = this.#textProblem(error.offset, `broken JSON: ${words}`);
      if (!byLine.has(problem.line)) byLine.set(problem.line, problem);
    }
    return [...byLine.values()];
  }

  *#duplicateKeys(node: Node | undefined, path: (string | number)[]): Generator<Problem> {
    const seen = new Set<string>();
    for (const [index, child] of (node?.children ?? []).entries()) {
      if (node?.type !== "object") {
        yield* this.#duplicateKeys(child, [...path, index]);
        continue;
      }
      const [key, value] = child.children ?? [];
      const name = String(key?.value);
      if (seen.has(name)) {
        const position = this.#position(child.offset);
        const message = `"${name}" is given twice; keep one of them`;
        yield { file: this.file, ...position, path: pathText([...path, name]), message };
      }
      seen.add(name);
      yield* this.#duplicateKeys(value, [...path, name]);
    }
  }
}

/** Where a text is nested deeper than this many levels; undefined if it is not. */
function offsetBelow(text: string, levels: number): number | undefined {
  const scanner = createScanner(text, true);
  let level = 0;
  for (scanner.scan(); scanner.getTokenLength() > 0; scanner.scan()) {
    const start = text.charAt(scanner.getTokenOffset());
    if (start === "{" || start === "[") level++;
    if (start === "}" || start === "]") level--;
    if (level > levels) return scanner.getTokenOffset();
  }
  return undefined;
}

/** What begins as no JSON does, and what JSON has for it. */
const otherWays: readonly (readonly [RegExp, string])[] = [
  [/^#|^<!--/, "a comment begins with //"],
  [/^True\b/, "write true"],
  [/^False\b/, "write false"],
  [/^(?:None|nil|undefined|NULL)\b/, "write null, or leave the field out"],
  [/^[\u201c\u201d\u2018\u2019`]/, 'names and texts stand in straight double quotes: "'],
  [/^=/, 'write ":" between a name and its value'],
  [/^;/, "leave it out"],
  [/^[+.]\d/, "write a number as 5 or 0.5"],
];

function meantIn(rest: string): string | undefined {
  return otherWays.find(([pattern]) => pattern.test(rest))?.[1];
}

/** What to do about an error of syntax that the text around it explains. */
function remedy(text: string, offset: number): string {
  const next = text.charAt(offset);
  if (text.trim() === "") return '; the file is empty: begin with { "callbacks": {} }';
  if (/^(?:---|[\w-]+:\s)/.test(text.trimStart())) {
    return "; a rules file is JSON with comments, not YAML";
  }
  const meant = meantIn(text.slice(offset));
  if (meant !== undefined) return `; ${meant}`;
  if (/['\w]/.test(next)) return "; names and texts stand in double quotes";
  const trailingComma = /[}\]]/.test(next) && text.slice(0, offset).trimEnd().endsWith(",");
  return trailingComma ? "; the comma before it is one too many" : "";
}
