/**
 * The expressions of the rules file: CEL, compiled once against the fields of a command.
 *
 * @module
 */
import {
  type ASTNode,
  Environment,
  ParseError,
  type ParseResult,
  TypeError as CelTypeError,
} from "@marcbachmann/cel-js";
import type { z } from "zod";
import type { Outputs, OutputShape } from "../chain/expression.ts";
import type { Callback } from "../openim/callback.ts";
import { nodesOf } from "./ast_nodes.ts";
import { CallbackReading, type Variable } from "./callback_reading.ts";
import { CelError } from "./cel_error.ts";
import { type CelType, celTypeOf, dynType } from "./cel_types.ts";
import { RoundedInteger } from "./json_value.ts";
import { knownBody, type KnownValues } from "./known_values.ts";
import { severalValues } from "./explain_operator.ts";
import { explainTypeError } from "./explain_type_error.ts";
import { explainUnknownName } from "./explain_unknown_name.ts";
import { checkLiterals } from "./literal_check.ts";
import { addKeyCheck, checkMapKeys, withKeyChecks } from "./map_keys.ts";
import { checkMembers, typeOf } from "./member_check.ts";
import { addMetering, metered, workIn, workOf } from "./metering.ts";
import { type Doubt, millisecondDoubts, zoneDoubts } from "./doubts.ts";
import { addMixedArithmetic } from "./mixed_arithmetic.ts";
import { type Checked, checkMembership } from "./number_membership.ts";
import { addOpenimFunctions } from "./openim_functions.ts";
import { outputType, outputTypeName } from "./output_shape.ts";
import { compilePatterns } from "./pattern_check.ts";
import { withPatterns } from "./pattern_matching.ts";
import { readThrough } from "./read_through.ts";
import { replaceMethods } from "./replaced_functions.ts";
import { syntaxError } from "./syntax_error.ts";
import { addTextFunctions, textMethods } from "./text_functions.ts";
import { addTimeFunctions, timeMethods } from "./time_functions.ts";
import { Work } from "./work.ts";
import { messageOf } from "../values/thrown.ts";

/** An expression, parsed and type-checked. */
export interface CompiledCel {
  /** CEL's name of the value's type. */
  readonly type: string;
  /** Whether it reads no variable, so that its value is always the same. */
  readonly isConstant: boolean;
  /** What is allowed in it but probably not meant. */
  readonly doubts: readonly Doubt[];
  /** What to say if one value is wanted and this one has parts. */
  readonly severalValues: string | undefined;
  /** @throws {CostError} if it takes too many steps, with the expressions before it. */
  evaluate(callback: Callback, outputs: Outputs): unknown;
}

/** An expression that fits its scope. */
interface CheckedCel {
  /** Evaluates it; the values hold its variables and {@link workIn}. */
  readonly run: (values: Readonly<Record<string, unknown>>) => unknown;
  readonly ast: ASTNode;
  readonly type: string;
}

const base = new Environment({
  homogeneousAggregateLiterals: false,
  limits: { maxAstNodes: 2000, maxDepth: 60 },
});
addMixedArithmetic(base);
addOpenimFunctions(base);
addTextFunctions(base);
addTimeFunctions(base);
addKeyCheck(base);
addMetering(base);
const check = replaceMethods(base, [...textMethods, ...timeMethods]);

const text: CelType = { name: "string", toCel: (value) => value };
const bodyType: CelType = { name: "map<string, dyn>", toCel: dynType.toCel };
const time: CelType = { name: "int", toCel: (value) => BigInt(value as number) };

/**
 * What every expression sees besides the command's own fields, which take precedence but for
 * `operationID`: many bodies lack it or leave it empty, while the callback's own is always filled.
 */
const callbackVariables: Readonly<Record<string, Variable>> = {
  command: { type: text, of: "callback", read: ({ callback }) => callback.command },
  operationID: { type: text, of: "callback", read: ({ callback }) => callback.operationID },
  receivedAt: {
    type: time,
    isMilliseconds: true,
    of: "callback",
    read: ({ callback }) => callback.receivedAt,
  },
  body: { type: bodyType, of: "callback", read: ({ request }) => request },
};

/** The variables that the expressions at one place of a chain may use. */
export class CelScope {
  readonly #environment: Environment;
  readonly #variables: ReadonlyMap<string, Variable>;
  /** The scope without outputs, to which they are added. */
  readonly #command: CelScope;

  private constructor(
    environment: Environment,
    variables: ReadonlyMap<string, Variable>,
    command?: CelScope,
  ) {
    this.#environment = environment;
    this.#variables = variables;
    this.#command = command ?? this;
  }

  /**
   * The scope of a command: its request's fields and what every callback has. Hidden fields make
   * room for outputs of their names.
   */
  static of(request: z.ZodObject, hidden: readonly string[] = []): CelScope {
    const environment = base.clone();
    const variables = new Map(Object.entries(callbackVariables));
    for (const [name, schema] of Object.entries(request.shape)) {
      if (name === "operationID" || hidden.includes(name)) continue;
      const type = celTypeOf(schema as z.ZodType, `Request_${name}`, environment);
      const isMilliseconds = /\bmilliseconds\b/.test((schema as z.ZodType).description ?? "");
      variables.set(name, {
        type,
        isMilliseconds,
        of: "callback",
        read: ({ request }) => request[name],
      });
    }
    for (const [name, { type }] of variables) environment.registerVariable(name, type.name);
    return new CelScope(environment, variables);
  }

  /** A scope without a command: it has only outputs. */
  static bare(): CelScope {
    return new CelScope(base.clone(), new Map());
  }

  /** The command's scope and, besides, all that earlier rules found out. */
  withOutputs(shapes: Readonly<Record<string, OutputShape>>): CelScope {
    const environment = this.#command.#environment.clone();
    const variables = new Map(this.#command.#variables);
    for (const [name, shape] of Object.entries(shapes)) {
      const type = outputType(shape, outputTypeName(name), environment);
      variables.set(name, { type, of: "outputs", read: ({ outputs }) => outputs[name] });
      environment.registerVariable(name, type.name);
    }
    return new CelScope(environment, variables, this.#command);
  }

  /**
   * Compiles and type-checks an expression.
   *
   * @throws {CelError} with the place inside the expression.
   */
  compile(source: string): CompiledCel {
    const { run, ast, type } = this.#check(source);
    const used: [string, Variable][] = [];
    for (const name of new Set([...nodesOf(ast)].map(identifier))) {
      const variable = this.#variables.get(name);
      if (variable !== undefined) used.push([name, variable]);
    }
    const evaluate = (reading: CallbackReading, outputs: Outputs) => {
      const values: Record<string, unknown> = workIn(reading.work);
      for (const [name, variable] of used) values[name] = reading.valueOf(variable, outputs);
      return run(values);
    };
    return {
      type,
      isConstant: used.length === 0,
      doubts: [
        ...millisecondDoubts(ast, (name) => this.#variables.get(name)?.isMilliseconds ?? false),
        ...zoneDoubts(ast),
      ],
      severalValues: severalValues(ast, typeOf(ast, this.#typeOf)),
      evaluate(callback, outputs) {
        const reading = CallbackReading.of(callback);
        reading.work.begin();
        const value = () => readThrough(evaluate(reading, outputs), reading.work);
        try {
          return value();
        } catch (error) {
          if (!(error instanceof RoundedInteger)) throw error;
          reading.readExactly();
          return value();
        }
      },
    };
  }

  /**
   * The value of a condition if only some of what it reads is known; undefined if the rest decides.
   * CEL's `&&` and `||` do without a side that fails, and what is not known fails.
   *
   * @throws {CelError} for a condition that does not compile.
   */
  partial(source: string): (known: KnownValues) => boolean | undefined {
    const { run } = this.#check(source);
    return ({ command, fields }) => {
      const work = new Work();
      const values: Record<string, unknown> = {
        ...workIn(work),
        command,
        body: knownBody(fields, work),
      };
      for (const [name, value] of Object.entries(fields)) {
        values[name] = this.#variables.get(name)?.type.toCel(value, work);
      }
      try {
        const outcome = run(values);
        return typeof outcome === "boolean" ? outcome : undefined;
      } catch {
        return undefined;
      }
    };
  }

  #check(source: string): CheckedCel {
    const { ast } = this.#parse(source);
    // first: it knows the place of a member better than CEL's own check
    checkMembers(ast, this.#typeOf);
    const { parsed, result } = this.#checkCounting(source);
    if (!result.valid) {
      // without the steps that are counted, which no message names
      const plain = this.#environment.parse(source);
      const error = plain.check().error ?? result.error!;
      // not the library's own: of an item of an empty list it knows no type
      if (!(error instanceof CelTypeError)) throw new CelError(noTypeWords, 0, error);
      throw this.#explain(error, source, plain.ast);
    }
    const patterns = compilePatterns(ast);
    checkLiterals(ast);
    checkMapKeys(ast);
    const guarded = withKeyChecks(source, ast);
    const program = guarded === source ? parsed : this.#checkCounting(guarded).parsed;
    const run = patterns === undefined
      ? program
      : (values: Readonly<Record<string, unknown>>) =>
        withPatterns(patterns, workOf(values), () => program(values));
    return { run, ast, type: result.type ?? "dyn" };
  }

  #checkCounting(source: string): Checked {
    const environment = this.#environment;
    return checkMembership(environment, () => metered(this.#parse(source), environment), check);
  }

  #parse(source: string): ParseResult {
    try {
      return this.#environment.parse(source);
    } catch (error) {
      if (error instanceof ParseError || error instanceof CelTypeError) {
        throw this.#explain(error, source);
      }
      throw new CelError(messageOf(error), 0, error);
    }
  }

  readonly #typeOf = (name: string) => this.#variables.get(name)?.type;

  #explain(error: ParseError | CelTypeError, source: string, ast?: ASTNode): CelError {
    const offset = error.range?.start ?? error.node?.start ?? 0;
    if (error.summary === "has() invalid argument") {
      return new CelError(hasWords, offset, error);
    }
    if (!(error instanceof CelTypeError) || ast === undefined) {
      return syntaxError(error, source, offset);
    }
    const unknown = /^Unknown variable: (.+)$/.exec(error.summary)?.[1];
    if (unknown !== undefined) return explainUnknownName(unknown, offset, ast, this.#variables);
    return explainTypeError(error, ast, (node) => typeOf(node, this.#typeOf));
  }
}

const noTypeWords = "the types of the expression cannot be found; give an empty list an item";

const hasWords = "has() takes a member, such as has(body.ex); " +
  "a field that may be absent is compared with null";

/** The name that a node reads; empty if it reads none. */
function identifier({ op, args }: ASTNode): string {
  return op === "id" ? args : "";
}
