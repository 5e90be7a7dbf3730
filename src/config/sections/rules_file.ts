/**
 * The rules file's sections. One schema checks it, types it and becomes its JSON Schema.
 *
 * @module
 */
import { z } from "zod";
import { duration, timerDuration } from "../../values/duration.ts";
import { httpHeaders } from "../../values/http_headers.ts";
import { deliveryOptions } from "./delivery_options.ts";
import { log } from "./log_section.ts";
import { openim } from "./openim_section.ts";
import { operatorSection } from "./operator_section.ts";
import { server } from "./server_section.ts";
import { checkTarget, targetSecurity } from "./target_security.ts";
import { targetURL } from "./target_url.ts";
import { rulesTest } from "./tests_section.ts";

const plugins = z.strictObject({
  folders: z.array(z.string().min(1)).default([]).describe(
    "Folders with plugin files of your own, relative to the rules file.",
  ),
  builtin: z.boolean().default(true).describe("Whether the router's own plugins are loaded."),
});

const keep = z.strictObject({
  delivered: duration.optional().describe(
    "How long deliveries that arrived are kept. Without it they are deleted at once.",
  ),
  dead: duration.default("30d").describe(
    "How long dead letters are kept.",
  ),
  most: z.int().min(1).max(1_000_000).default(100_000).describe(
    "The most dead letters that are kept, and the most deliveries that arrived. If there are " +
      "more, the oldest are deleted.",
  ),
});

const store = z.strictObject({
  path: z.string().min(1).default("data/outbox.sqlite").describe(
    "The SQLite file that holds the deliveries, relative to the rules file.",
  ),
  durability: z.enum(["full", "process"]).default("full").describe(
    "full: a delivery is on the disk before OpenIM gets its answer. process: it survives a " +
      "crash of the process, but perhaps not of the machine.",
  ),
  keep: keep.prefault({}).describe(
    "How long deliveries are kept after they arrived or were given up.",
  ),
});

const counters = z.strictObject({
  maxKeys: z.int().min(1).max(10_000_000).default(100_000).describe(
    "The most keys that one counter keeps. If there are more, those unused for longest are " +
      "forgotten.",
  ),
});

const buckets = z.strictObject({
  maxKeys: z.int().min(1).max(10_000_000).default(200_000).describe(
    "The most keys that all limits keep together. If there are more, those unused for " +
      "longest are forgotten. A forgotten key starts with a full bucket.",
  ),
});

const seenKeys = z.strictObject({
  maxKeys: z.int().min(1).max(10_000_000).default(200_000).describe(
    "The most keys that all dedupe rules keep together. Give twice as many as come in a window. If " +
      "there are more, the oldest are forgotten, and pass for new when they come again.",
  ),
});

const target = z.strictObject({
  url: targetURL.meta({ format: "uri" }).describe("Where to post to."),
  timeout: timerDuration.default("15s").describe("How long one attempt may take."),
  headers: httpHeaders.default({}).describe("Headers of every attempt."),
  ...deliveryOptions,
  ...targetSecurity,
}).superRefine(checkTarget);

/** A chain's settings, with its entries checked by the schema that is given. */
const chainOf = <Rule extends z.ZodType>(rule: Rule) =>
  z.strictObject({
    rules: z.array(rule).default([]).describe("The rules in the order in which they run."),
    onError: z.enum(["continue", "refuse"]).optional().describe(
      'What follows if a rule fails. "continue", the default, goes on. "refuse" refuses, and ' +
        "is for before-callbacks only.",
    ),
    budget: timerDuration.optional().describe(
      'The time for the whole chain, "4s" by default. It must be shorter than the timeout in ' +
        "OpenIM's webhooks.yml.",
    ),
  }, {
    error: ({ code, input }) =>
      code === "invalid_type" && Array.isArray(input)
        ? 'a chain is an object; write { "rules": [...] }'
        : undefined,
  });

/** What every rule has besides its own options. */
export const ruleBase = {
  when: z.string().min(1).optional().describe("CEL: the rule runs if this is true."),
  run: z.literal("always").optional().describe(
    "The rule also runs after a rule that refused or skipped the rest.",
  ),
};

/**
 * The sections of the rules file, with the entries of chains checked by the schema that is given.
 */
export const rulesFileOf = <Rule extends z.ZodType>(rule: Rule) =>
  z.strictObject({
    $schema: z.string().optional().describe("The JSON Schema, for editors."),
    server: server.prefault({}).describe("The listener for OpenIM."),
    operator: operatorSection.prefault({}).describe(
      "The listener for the operator: health, metrics and an API.",
    ),
    openim: openim.prefault({}).describe("The OpenIM servers that call."),
    log: log.prefault({}).describe(
      "The router's own log, on standard error or in a file.",
    ),
    plugins: plugins.prefault({}).describe("The plugins that the router loads."),
    store: store.prefault({}).describe("The file that holds deliveries until they arrive."),
    counters: counters.prefault({}).describe("How many keys a counter keeps."),
    buckets: buckets.prefault({}).describe("How many keys the limits keep."),
    seenKeys: seenKeys.prefault({}).describe("How many keys dedupe keeps."),
    targets: z.record(z.string().regex(/^[\w.-]+$/, "letters, digits, . _ and -"), target)
      .default({}).describe("Services to forward to, by name."),
    chains: z.record(z.string().regex(/^[\w.-]+$/, "letters, digits, . _ and -"), z.array(rule))
      .default({}).describe('Chains by name, for { "use": "chain", "chain": "..." }.'),
    callbacks: z.record(z.string(), chainOf(rule)).default({}).describe(
      'Chains by command. First "*" runs, then the timing ("before:*", "after:*"), then the ' +
        'area ("group/*"), then the command.',
    ),
    tests: z.array(rulesTest).default([]).describe(
      'Tests of the rules. "check" runs them.',
    ),
  });

/**
 * Entries under one condition, evaluated once: those of `rules` if it is true, else those of
 * `else`.
 */
export const groupOf = <Entry extends z.ZodType>(entry: Entry) =>
  z.strictObject({
    when: z.string().min(1).describe("CEL: the condition."),
    rules: z.array(entry).describe("What runs if it is true."),
    else: z.array(entry).optional().describe("What runs if it is false."),
  }).describe("Rules under one condition.");

/** A group with its entries still to be checked. */
export const groupEntry = groupOf(z.unknown());

/** The rules file with the entries of its chains still to be checked by their kinds. */
export const rulesFile = rulesFileOf(z.unknown());

/** The sections of a rules file, defaults filled in. */
export type RulesFile = z.output<typeof rulesFile>;

/** A target as the rules file describes it. */
export type TargetSettings = RulesFile["targets"][string];

/** A chain as the rules file describes it. */
export type ChainSettings = RulesFile["callbacks"][string];
