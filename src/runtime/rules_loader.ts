import { loadContext } from "./load_context.ts";
import { disposeChains } from "../chain/dispose_chains.ts";
import { OddAnswers } from "../chain/odd_answers.ts";
import type { RuleServices } from "../chain/rule.ts";
import { type LoadedRules, loadRules } from "../config/load/load_rules.ts";
import type { ReadFiles } from "../config/load/read_files.ts";
import { RefusedRules } from "../config/load/refused_rules.ts";
import { forbiddenTargets } from "./needed_permissions.ts";
import { PluginModules } from "../plugins/plugin_modules.ts";
import { type NextState, RuleState } from "./rule_state.ts";

/** Rules that are in order and not in force yet. */
export interface NextRules {
  readonly rules: LoadedRules;
  /**
   * They come into force. Returns the names of the counters that start from nothing, because their
   * windows are others than before.
   */
  adopt(): readonly string[];
}

/** Loads one rules file again and again; what its rules remember lives on. */
export class RulesLoader {
  readonly #file: string;
  readonly #log: RuleServices["log"];
  readonly #plugins = new PluginModules();
  /** It outlives reloads: what was reported of a target is not reported again. */
  readonly #oddAnswers: OddAnswers;
  #state: RuleState | undefined;

  /** `file` is the rules file; its rules log to `log`. */
  constructor(file: string, log: RuleServices["log"]) {
    this.#file = file;
    this.#log = log;
    this.#oddAnswers = new OddAnswers(log);
  }

  /**
   * Loads the file; what was read for it is noted, also if it is refused.
   *
   * @throws {ConfigError} with every problem of the file, including targets that this process may
   * not connect to.
   */
  async load(readFiles: ReadFiles): Promise<NextRules> {
    const states: NextState[] = [];
    const context = loadContext(this.#log, (settings) => {
      this.#state ??= new RuleState(settings);
      const next = this.#state.next(settings);
      states.push(next);
      return { ...next.services, oddAnswers: this.#oddAnswers };
    });
    const rules = await loadRules(this.#file, {
      ...context,
      readFiles,
      pluginModules: this.#plugins,
    });
    const forbidden = forbiddenTargets(rules);
    if (forbidden.length > 0) {
      disposeChains(rules.chains);
      throw new RefusedRules(forbidden, { ...rules, isSound: () => true });
    }
    return { rules, adopt: () => states.flatMap((state) => state.adopt()) };
  }
}
