import type { z } from "zod";
import type { Callback } from "../openim/callback.ts";
import type { Notifications } from "../openim/notifications.ts";
import type { Buckets } from "./buckets.ts";
import type { Clock } from "./clock.ts";
import type { Counters } from "./counters.ts";
import type { NewDelivery, Poster } from "./deliveries.ts";
import type {
  Expression,
  ExpressionType,
  InferredExpression,
  OutputMembers,
  Outputs,
  OutputShape,
} from "./expression.ts";
import type { OddAnswers } from "./odd_answers.ts";
import type { Outcome } from "./outcome.ts";
import type { SeenKeys } from "./seen_keys.ts";
import type { TraceContext } from "./trace_context.ts";

/** Whether OpenIM waits for the answer (`before`) or only notifies (`after`). */
export type Timing = "before" | "after";

/** The facts of a command that rules are compiled against. */
export interface CommandFacts {
  readonly command: string;
  readonly timing: Timing;
  readonly area: string;
  /** The fields of the request, as expressions see them. */
  readonly request: z.ZodObject;
  /** The fields that the server takes from an answer. */
  readonly overrides: z.ZodObject;
  /** The fields that the server decodes and drops. */
  readonly ignoredOverrides: readonly string[];
  /** That the server's own notifications come as the command, too. */
  readonly notifications: Notifications | undefined;
}

/** What a rule may use while it runs; handed over once, when the rules file is compiled. */
export interface RuleServices {
  readonly counters: Counters;
  readonly buckets: Buckets;
  readonly seenKeys: SeenKeys;
  readonly poster: Poster;
  readonly oddAnswers: Pick<OddAnswers, "note" | "counts">;
  readonly log: RuleLog;
  readonly clock: Clock;
  /** A fresh delivery ID. */
  newID(): string;
  readonly files: RuleFiles;
}

/** The files beside the rules file that rules are compiled from. */
export interface RuleFiles {
  /**
   * The text of a file; a relative path starts at the rules file's folder.
   *
   * @throws when it cannot be read, with the reason for people.
   */
  read(path: string): string;
}

/** The levels at which a rule may log. */
export type LogLevel = "debug" | "info" | "warning" | "error";

/** What a log has in place of a value that must not be in it. */
export const redactedText = "[redacted]";

/** Writes one structured log line; never waits. */
export type RuleLog = (
  level: LogLevel,
  message: string,
  properties: Readonly<Record<string, unknown>>,
) => void;

/** What a rule knows of a target. */
export interface TargetFacts {
  /** The form of the body if a rule gives none of its own. */
  readonly body: "original" | "envelope" | { readonly shape: string };
  /** CEL that decides which answers took a delivery, if the rules file has some. */
  readonly deliveredWhen?: string | undefined;
}

/** What a rule's `compile` knows of its place, and asks for. */
export interface RuleContext {
  readonly about: CommandFacts;
  /** Where the rule stands in the rules file; with the command it names what the rule remembers. */
  readonly place: string;
  readonly services: RuleServices;
  /** The targets in the rules file, by name. */
  readonly targets: Readonly<Record<string, TargetFacts>>;
  /** The names of the fields whose values are not to be logged. */
  readonly redact: readonly string[];
  /** What a target's deliveries are ordered by; undefined if their order is nothing. */
  order(target: string): Expression<string> | undefined;
  /** What makes a target's bodies; undefined if they have the callback's own text. */
  shape(target: string): Expression | undefined;
  /**
   * Compiles an expression against the command's fields and the outputs of the rules before.
   * `option` is where it stands among the rule's options, for messages; `further` is what it sees
   * besides, which the rule adds to the outputs when it evaluates.
   *
   * @throws {OptionError} when it does not parse or its types do not fit.
   */
  expression(
    option: OptionPath,
    source: string,
    type: "bool",
    further?: OutputMembers,
  ): Expression<boolean>;
  expression(
    option: OptionPath,
    source: string,
    type: "int",
    further?: OutputMembers,
  ): Expression<bigint>;
  expression(
    option: OptionPath,
    source: string,
    type: "string" | "key",
    further?: OutputMembers,
  ): Expression<string>;
  expression(
    option: OptionPath,
    source: string,
    type: ExpressionType,
    further?: OutputMembers,
  ): Expression;
  /**
   * Compiles an expression of any type and gives the type, so that later rules are checked
   * against it when the value is made visible to them.
   *
   * @throws {OptionError} when it does not parse or its types do not fit.
   */
  inferred(option: OptionPath, source: string, further?: OutputMembers): InferredExpression;
  /** Announces what this rule makes visible to later rules: `output.name` of type `shape`. */
  provide(output: string, name: string, shape: OutputShape): void;
  /** Says something about an option that is allowed but probably not meant. */
  warn(option: OptionPath, message: string): void;
}

/** Where an option stands inside a rule, such as `["set", "ex"]`. */
export type OptionPath = readonly (string | number)[];

/** An option that fits its type and still cannot be; the place and the remedy. */
export class OptionError extends Error {
  override readonly name = "OptionError";
  readonly option: OptionPath;
  /** Characters into the option's text at which the trouble starts. */
  readonly offset: number;

  constructor(option: OptionPath, message: string, offset = 0, cause?: unknown) {
    super(message, { cause });
    this.option = option;
    this.offset = offset;
  }
}

/** What a running rule sees besides the callback. */
export interface RuleScope {
  /** What earlier rules found out; expressions are evaluated with it. */
  readonly outputs: Outputs;
  /** Makes visible to later rules what was announced with `provide`. */
  output(output: string, name: string, value: unknown): void;
  /** What an earlier rule of the chain put in place of a field, if one did. */
  replaced(field: string): unknown;
  /** Aborts when the chain's budget is spent. */
  readonly signal: AbortSignal;
  /**
   * The trace that the callback belongs to, for what a rule sends on its behalf; none any more once
   * the chain has ended.
   */
  readonly traceContext: TraceContext | undefined;
  /** Asks for a delivery; it is stored before the callback is answered. */
  deliver(delivery: NewDelivery): void;
}

/** Runs one rule on one callback. */
export type RunRule = (callback: Callback, scope: RuleScope) => Outcome | Promise<Outcome>;

/** A rule, compiled for one command. */
export interface CompiledRule {
  readonly run: RunRule;
  /** Whether it refuses whenever it runs. */
  readonly refuses?: boolean;
  /** Releases what `compile` opened; called when the rules are replaced and when the router stops. */
  readonly dispose?: () => void;
}
