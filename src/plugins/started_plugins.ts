import type { RuleLog } from "../chain/rule.ts";
import type { Plugin } from "../extension/define_plugin.ts";

/** What starting plugins needs. */
export interface StartedPluginsContext {
  readonly log: RuleLog;
  /** A plugin's `start` threw or rejected; its callbacks are answered all the same. */
  readonly failed: (command: string, error: unknown) => void;
}

/** The plugins in force that have a `start`, each with what ends it. */
export class StartedPlugins {
  readonly #context: StartedPluginsContext;
  readonly #started = new Map<Plugin, AbortController>();

  constructor(context: StartedPluginsContext) {
    this.#context = context;
  }

  /**
   * These plugins are in force now. Starts those that are new; one whose file did not change is the
   * same plugin and goes on. Returns what ends those that are gone, for when their last callback is
   * answered.
   */
  follow(plugins: readonly Plugin[]): () => void {
    const current = new Set(plugins);
    const gone = [...this.#started].filter(([plugin]) => !current.has(plugin));
    for (const [plugin] of gone) this.#started.delete(plugin);
    for (const plugin of plugins) {
      if (plugin.start !== undefined && !this.#started.has(plugin)) this.#start(plugin);
    }
    return () => {
      for (const [, controller] of gone) controller.abort();
    };
  }

  /** Ends all of them. */
  close(): void {
    this.follow([])();
  }

  #start(plugin: Plugin): void {
    const controller = new AbortController();
    this.#started.set(plugin, controller);
    const failed = (error: unknown) => this.#context.failed(plugin.command, error);
    try {
      const { log } = this.#context;
      const started: unknown = plugin.start?.({ log, signal: controller.signal });
      // types are no proof: `start: () => setInterval(...)` returns a timer, not a promise
      void Promise.resolve(started).catch(failed);
    } catch (error) {
      failed(error);
    }
  }
}
