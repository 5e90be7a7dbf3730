import type { Link } from "../chain/chain.ts";
import type { Expression, ExpressionType } from "../chain/expression.ts";
import {
  type CommandFacts,
  OptionError,
  type OptionPath,
  type RuleContext,
  type RuleDefinition,
  type RuleServices,
} from "../chain/rule.ts";
import type { CelScope } from "../expressions/cel_scope.ts";
import type { OutputMembers, OutputShape } from "../expressions/output_shape.ts";
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
  rule: Readonly<Record<string, unknown>> & { readonly use: string },
  path: readonly (string | number)[],
  about: CommandFacts,
  outputs: RuleOutputs,
  context: RuleCompileContext,
): Link | undefined {
  const note = (option: OptionPath, message: string, offset = 0) =>
    addOnce(context.problems, { path: [...path, ...option], offset, message });

  const definition = context.definitions.find(({ use }) => use === rule.use);
  if (definition === undefined) {
    const uses = context.definitions.map(({ use }) => use);
    const hint = didYouMean(rule.use, uses) || `; known rules: ${uses.join(", ")}`;
    note(["use"], `unknown rule "${rule.use}"${hint}`);
    return undefined;
  }
  const schema = definition.options.extend(ruleBase);
  const { use, ...given } = rule;
  const parsed = schema.safeParse(given);
  if (!parsed.success) {
    for (const problem of schemaProblems(schema, parsed.error.issues)) {
      addOnce(context.problems, { ...problem, path: [...path, ...problem.path] });
    }
    return undefined;
  }
  const { when, run, ...options } = parsed.data;
  if (definition.timing === "before" && about.timing === "after" && path[1] !== "*") {
    addOnce(context.warnings, {
      path: [...path, "use"],
      message: `"${use}" does nothing here: ${about.command} is an after-callback, ` +
        "which OpenIM does not wait for",
    });
  }
  try {
    const scope = outputs.scope;
    return {
      name: `${path[1]}[${path.at(-1)}] ${use}`,
      when: typeof when === "string"
        ? typedExpression(scope, ["when"], when, "bool") as Expression<boolean>
        : undefined,
      always: run === "always",
      rule: definition.compile(options, ruleContext(path, about, outputs, context)),
    };
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    const place = path[1] === "*" ? ` (for ${about.command}: "*" runs for every command)` : "";
    note(error.option, `${error.message}${place}`, error.offset);
    return undefined;
  }
}

function ruleContext(
  path: readonly (string | number)[],
  about: CommandFacts,
  outputs: RuleOutputs,
  { services, targets, warnings }: RuleCompileContext,
): RuleContext {
  const { scope } = outputs;
  const expression = (option: OptionPath, source: string, type: ExpressionType) =>
    typedExpression(scope, option, source, type);
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
