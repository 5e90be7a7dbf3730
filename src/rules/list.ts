import type { RuleDefinition } from "../extension/define_rule.ts";
import { count } from "./count.ts";
import { dedupe } from "./dedupe.ts";
import { forward } from "./forward.ts";
import { limit } from "./limit.ts";
import { log } from "./log.ts";
import { override } from "./override.ts";
import { refuse } from "./refuse.ts";
import { sample } from "./sample.ts";
import { set } from "./set.ts";
import { words } from "./words.ts";

/** Every kind of rule that a rules file may use. */
export const ruleDefinitions: readonly RuleDefinition[] = [
  log,
  count,
  forward,
  refuse,
  override,
  limit,
  dedupe,
  sample,
  set,
  words,
];
