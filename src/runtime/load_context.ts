import { fromFileUrl } from "@std/path";
import { systemClock } from "../chain/clock.ts";
import { OddAnswers } from "../chain/odd_answers.ts";
import type { RuleServices } from "../chain/rule.ts";
import type { LoadContext } from "../config/load/load_rules.ts";
import type { RulesFile } from "../config/sections/rules_file.ts";
import { TargetConnections } from "../delivery/target_connections.ts";
import { createPost } from "../delivery/post.ts";
import { createPoster } from "../delivery/poster.ts";
import { scriptedPoster } from "../delivery/scripted_poster.ts";
import { answerCondition } from "../expressions/answer_condition.ts";
import { tracedPost } from "../observe/attempt_spans.ts";
import { openTracer } from "../observe/tracer.ts";
import { ruleDefinitions } from "../rules/list.ts";
import { MemoryBuckets } from "../stores/memory_buckets.ts";
import { MemoryCounters } from "../stores/memory_counters.ts";
import { MemorySeenKeys } from "../stores/memory_seen_keys.ts";
import { targetsOf } from "./targets.ts";

/** The folder with the router's own plugins. */
export const builtinPlugins = fromFileUrl(new URL("../../plugins", import.meta.url));

/** How rules files are loaded for real: with the process's environment and real state. */
export function loadContext(
  log: RuleServices["log"],
  replace: Partial<RuleServices> | ((settings: RulesFile) => Partial<RuleServices>) = {},
): LoadContext {
  return {
    environment: (name) => Deno.env.get(name),
    definitions: ruleDefinitions,
    builtinPlugins,
    scriptedPoster: (settings, file, answers) =>
      scriptedPoster(targetsOf(settings, file), answers, { deliveredWhen: answerCondition }),
    services: (settings, file) => ({
      counters: new MemoryCounters(settings.counters.maxKeys),
      buckets: new MemoryBuckets(settings.buckets.maxKeys),
      seenKeys: new MemorySeenKeys(settings.seenKeys.maxKeys),
      poster: createPoster(
        targetsOf(settings, file),
        tracedPost(
          createPost(new TargetConnections(), { deliveredWhen: answerCondition }),
          openTracer(),
        ),
      ),
      oddAnswers: new OddAnswers(log),
      log,
      clock: systemClock,
      newID: () => crypto.randomUUID(),
      ...(typeof replace === "function" ? replace(settings) : replace),
    }),
  };
}
