import type { Link } from "../../chain/chain.ts";
import {
  type Expression,
  type ExpressionType,
  type InferredExpression,
  InferredShape,
  type OutputMembers,
  type OutputShape,
} from "../../chain/expression.ts";
import {
  type CommandFacts,
  OptionError,
  type OptionPath,
  type RuleContext,
  type RuleServices,
} from "../../chain/rule.ts";
import type { RuleDefinition } from "../../extension/define_rule.ts";
import { CelScope } from "../../expressions/cel_scope.ts";
import { explainName } from "./explain_names.ts";
import type { BeforeRules } from "./before_rules.ts";
import { type Condition, unguardedRefusal } from "./notification_guard.ts";
import { ruleBase } from "../sections/rules_file.ts";
import { unknownRule } from "./unknown_rule.ts";
import { addOnce, type SchemaProblem, schemaProblems } from "../source/schema_problems.ts";
import type { WaitingRule } from "./time_warnings.ts";
import type { ProvidedName } from "./unused_names.ts";
import { inferredExpression, typedExpression, type Warn } from "./typed_expression.ts";
import { isObject } from "../../openim/exact_json.ts";

/** What the rules compiled so far make visible to the next one. */
export interface RuleOutputs {
  scope: CelScope;
  shapes: Record<string, OutputMembers>;
  /** Outputs of rules that could not be compiled: what is in them is not known. */
  unsure: Record<string, "dyn">;
}

/** Where a rule stands. */
export interface RulePlace {
  readonly path: readonly (string | number)[];
  /** The command that it is compiled for. */
  readonly about: CommandFacts;
  /** What the rules before it make visible; what it does itself is added. */
  readonly outputs: RuleOutputs;
  /** Why it is compiled for this command, if it does not stand in the command's own chain. */
  readonly shared: string | undefined;
  /** Where the named chains around it are used; empty if there are none. */
  readonly via: string;
  /** The conditions of the groups around, outermost first. */
  readonly conditions: readonly Condition[];
}

/** What compiling one rule needs. */
export interface RuleCompileContext {
  readonly definitions: readonly RuleDefinition[];
  readonly services: RuleServices;
  readonly targets: RuleContext["targets"];
  readonly redact: RuleContext["redact"];
  /** What a target's deliveries of the command are ordered by. */
  readonly order: RuleContext["order"];
  /** What a target's bodies are made by for the command. */
  readonly shape: RuleContext["shape"];
  /** The version of OpenIM that the rules file names. */
  readonly version: string | undefined;
  /** Every field that some command has. */
  readonly fields: ReadonlySet<string>;
  readonly problems: Map<string, SchemaProblem>;
  readonly warnings: Map<string, SchemaProblem>;
  /** Notes what rules make visible to later ones. */
  readonly provided: ProvidedName[];
  /** Notes which rules wait for which targets, and which targets get stored deliveries. */
  readonly waiting: WaitingRule[];
  readonly storedFor: Set<string>;
  /** Notes which before-callbacks may be refused. */
  readonly refusable: Set<string>;
  /** The budget of the chain that is compiled, milliseconds. */
  readonly budget: number;
  /** Notes the rules that need a command which OpenIM waits for. */
  readonly beforeRules: BeforeRules;
}

/** Compiles one rule for one command; undefined, with the problems noted, when it cannot be. */
export function compileRule(
  rule: unknown,
  place: RulePlace,
  context: RuleCompileContext,
): Omit<Link, "within"> | undefined {
  const link = compileSound(rule, place, context);
  if (link === undefined) expectAnything(rule, place.outputs, context.definitions);
  return link;
}

/** Later rules may read what this one would have provided: that is not their fault. */
function expectAnything(
  rule: unknown,
  outputs: RuleOutputs,
  definitions: readonly RuleDefinition[],
): void {
  const use = isObject(rule) ? rule.use : undefined;
  const known = definitions.filter((definition) => definition.use === use);
  for (const { output } of known.length === 0 ? definitions : known) {
    if (output !== undefined) outputs.unsure = { ...outputs.unsure, [output]: "dyn" };
  }
  outputs.scope = outputs.scope.withOutputs({ ...outputs.shapes, ...outputs.unsure });
}

function compileSound(
  rule: unknown,
  { path, about, outputs, shared, via, conditions }: RulePlace,
  context: RuleCompileContext,
): Omit<Link, "within"> | undefined {
  const note = (option: OptionPath, message: string, offset = 0) =>
    addOnce(context.problems, { path: [...path, ...option], offset, message });

  if (!isObject(rule)) {
    note([], 'expected a rule, such as {"use": "log"}');
    return undefined;
  }
  const { use, ...given } = rule;
  const definition = context.definitions.find((known) => known.use === use);
  if (definition === undefined) {
    note(["use"], unknownRule(rule, context.definitions));
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
  if (timing === "before") {
    context.beforeRules.met({ path, definition, about, isShared: shared !== undefined });
  }
  const refusesWhen = definition.refusesWhen?.(options);
  if (refusesWhen !== undefined && about.timing === "before") context.refusable.add(about.command);
  warnOfRefusal(refusesWhen, {
    path,
    about,
    shared,
    conditions: typeof when === "string"
      ? [...conditions, { source: when, scope: outputs.scope, taken: true }]
      : conditions,
    scope: outputs.scope,
  }, context);
  noteForward(options, about, context);
  const noteError = (error: unknown) => {
    if (!(error instanceof OptionError)) throw error;
    const place = shared === undefined ? "" : ` (for ${about.command}: ${shared})`;
    const names = { ...context, isShared: shared !== undefined };
    const message = explainName(error.cause, names) ?? error.message;
    note(error.option, `${message}${place}`, error.offset);
  };
  const seen = (further: OutputMembers | undefined): CelScope =>
    further === undefined ? outputs.scope : CelScope.of(about.request, Object.keys(further))
      .withOutputs({ ...outputs.shapes, ...outputs.unsure, ...further });
  const warn: Warn = (option, message, offset) =>
    addOnce(context.warnings, { path: [...path, ...option], message, offset });
  // an expression that is wrong is noted and the rest of the rule looked at
  const expression = (
    option: OptionPath,
    source: string,
    type: ExpressionType,
    further?: OutputMembers,
  ): Expression => {
    try {
      return typedExpression(seen(further), option, source, type, warn);
    } catch (error) {
      noteError(error);
      return () => undefined;
    }
  };
  const inferred: RuleContext["inferred"] = (option, source, further): InferredExpression => {
    try {
      return inferredExpression(seen(further), option, source, warn);
    } catch (error) {
      noteError(error);
      return { evaluate: () => undefined, shape: new InferredShape("dyn"), isConstant: false };
    }
  };
  const condition = typeof when === "string"
    ? expression(["when"], when, "bool") as Expression<boolean>
    : undefined;
  const name = `${placeName(path)} ${use}`;
  try {
    return {
      name,
      use: definition.use,
      when: condition,
      always: run === "always",
      rule: definition.compile(
        options,
        ruleContext(path, `${via}${name}`, about, outputs, { ...context, expression, inferred }),
      ),
    };
  } catch (error) {
    noteError(error);
    return undefined;
  }
}

/** Warns of a rule that refuses the server's own notifications. */
function warnOfRefusal(
  refusesWhen: string | undefined,
  { path, about, shared, conditions, scope }:
    & Pick<RulePlace, "path" | "about" | "shared" | "conditions">
    & { readonly scope: CelScope },
  { version, warnings }: RuleCompileContext,
): void {
  if (refusesWhen === undefined) return;
  const all = [...conditions, { source: refusesWhen, scope, taken: true }];
  const message = unguardedRefusal({
    about,
    version,
    isShared: shared !== undefined,
    conditions: all,
  });
  if (message !== undefined) addOnce(warnings, { path: [...path, "use"], message });
}

/** Notes that a rule sends to a target, waiting or not. */
function noteForward(
  { to, wait }: Readonly<Record<string, unknown>>,
  { command }: CommandFacts,
  { waiting, storedFor, budget }: RuleCompileContext,
): void {
  if (typeof to !== "string") return;
  if (wait === true) waiting.push({ target: to, chain: { command, budget } });
  else storedFor.add(to);
}

/** A place's name for logs and traces: `group/*[0]`, `callbackX[1].else[0]`, `moderation[2]`. */
export function placeName([, key, ...inside]: readonly (string | number)[]): string {
  const steps = inside.map((step) =>
    typeof step === "number" ? `[${step}]` : step === "rules" ? "" : `.${step}`
  );
  return `${key}${steps.join("")}`;
}

function ruleContext(
  path: readonly (string | number)[],
  place: string,
  about: CommandFacts,
  outputs: RuleOutputs,
  { services, targets, redact, order, shape, warnings, provided, expression, inferred }:
    & RuleCompileContext
    & {
      readonly expression: (
        option: OptionPath,
        source: string,
        type: ExpressionType,
        further?: OutputMembers,
      ) => Expression;
      readonly inferred: RuleContext["inferred"];
    },
): RuleContext {
  return {
    about,
    place,
    services,
    targets,
    redact,
    order,
    shape,
    expression: expression as RuleContext["expression"],
    inferred,
    provide(output, name, shape) {
      provided.push({ path, output, name });
      announce(outputs, output, name, shape);
    },
    warn(option, message) {
      addOnce(warnings, { path: [...path, ...option], message });
    },
  };
}

function announce(outputs: RuleOutputs, output: string, name: string, shape: OutputShape): void {
  const members = outputs.shapes[output] ?? {};
  const announced = { ...members, [name]: shapeOfBoth(members[name], shape) };
  outputs.shapes = { ...outputs.shapes, [output]: announced };
  outputs.scope = outputs.scope.withOutputs({ ...outputs.shapes, ...outputs.unsure });
}

/** What two rules put out under one name is of either type, whichever of them ran last. */
function shapeOfBoth(taken: OutputShape | undefined, shape: OutputShape): OutputShape {
  const differ = taken instanceof InferredShape && shape instanceof InferredShape &&
    taken.type !== shape.type;
  return differ ? new InferredShape("dyn") : shape;
}
