import type { Link } from "../chain/chain.ts";
import type {
  Expression,
  ExpressionType,
  OutputMembers,
  OutputShape,
} from "../chain/expression.ts";
import {
  type CommandFacts,
  OptionError,
  type OptionPath,
  type RuleContext,
  type RuleDefinition,
  type RuleServices,
} from "../chain/rule.ts";
import type { CelScope } from "../expressions/cel_scope.ts";
import { didYouMean } from "../nearest_name.ts";
import { ruleBase } from "./rules_file.ts";
import { addOnce, type SchemaProblem, schemaProblems } from "./schema_problems.ts";
import { typedExpression } from "./typed_expression.ts";

/** What the rules compiled so far make visible to the next one. */
export interface RuleOutputs {
  scope: CelScope;
  shapes: Record<string, OutputMembers>;
}

/** What compiling one rule needs. */
export interface RuleCompileContext {
  readonly definitions: readonly RuleDefinition[];
  readonly services: RuleServices;
  readonly targets: readonly string[];
  readonly problems: Map<string, SchemaProblem>;
  readonly warnings: Map<string, SchemaProblem>;
}

/** Compiles one rule for one command; undefined, with the problems noted, when it cannot be. */
export function compileRule(
  rule: Readonly<Record<string, unknown>>,
  path: readonly (string | number)[],
  about: CommandFacts,
  outputs: RuleOutputs,
  context: RuleCompileContext,
): Link | undefined {
  const note = (option: OptionPath, message: string, offset = 0) =>
    addOnce(context.problems, { path: [...path, ...option], offset, message });

  const { use, ...given } = rule;
  const definition = context.definitions.find((known) => known.use === use);
  if (definition === undefined) {
    note(["use"], unknownRule(use, context.definitions));
    return undefined;
  }
  const schema = definition.options.extend(ruleBase);
  const parsed = schema.safeParse(given);
  if (!parsed.success) {
    for (const problem of schemaProblems(schema, parsed.error.issues)) {
      addOnce(context.problems, { ...problem, path: [...path, ...problem.path] });
    }
    return undefined;
  }
  const { when, run, ...options } = parsed.data;
  const timing = typeof definition.timing === "function"
    ? definition.timing(options)
    : definition.timing;
  if (timing === "before" && about.timing === "after" && path[1] !== "*") {
    addOnce(context.warnings, {
      path: [...path, "use"],
      message: `"${use}" does nothing here: ${about.command} is an after-callback, ` +
        "which OpenIM does not wait for",
    });
  }
  const noteError = (error: unknown) => {
    if (!(error instanceof OptionError)) throw error;
    const place = path[1] === "*" ? ` (for ${about.command}: "*" runs for every command)` : "";
    note(error.option, `${error.message}${place}`, error.offset);
  };
  const { scope } = outputs;
  // an expression that is wrong is noted and the rest of the rule looked at
  const expression = (option: OptionPath, source: string, type: ExpressionType): Expression => {
    try {
      return typedExpression(scope, option, source, type);
    } catch (error) {
      noteError(error);
      return () => undefined;
    }
  };
  const condition = typeof when === "string"
    ? expression(["when"], when, "bool") as Expression<boolean>
    : undefined;
  try {
    return {
      name: `${path[1]}[${path.at(-1)}] ${use}`,
      when: condition,
      always: run === "always",
      rule: definition.compile(
        options,
        ruleContext(path, about, outputs, { ...context, expression }),
      ),
    };
  } catch (error) {
    noteError(error);
    return undefined;
  }
}

function unknownRule(use: unknown, definitions: readonly RuleDefinition[]): string {
  const uses = definitions.map((known) => known.use);
  if (typeof use !== "string") return `name the kind of rule; known rules: ${uses.join(", ")}`;
  return `unknown rule "${use}"${didYouMean(use, uses) || `; known rules: ${uses.join(", ")}`}`;
}

function ruleContext(
  path: readonly (string | number)[],
  about: CommandFacts,
  outputs: RuleOutputs,
  { services, targets, warnings, expression }: RuleCompileContext & {
    readonly expression: (option: OptionPath, source: string, type: ExpressionType) => Expression;
  },
): RuleContext {
  return {
    about,
    services,
    targets,
    expression: expression as RuleContext["expression"],
    provide(output, name, shape) {
      announce(outputs, output, name, shape);
    },
    warn(option, message) {
      addOnce(warnings, { path: [...path, ...option], message });
    },
  };
}

function announce(outputs: RuleOutputs, output: string, name: string, shape: OutputShape): void {
  outputs.shapes = { ...outputs.shapes, [output]: { ...outputs.shapes[output], [name]: shape } };
  outputs.scope = outputs.scope.withOutputs(outputs.shapes);
}
