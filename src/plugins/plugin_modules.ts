import { createHash } from "node:crypto";
import { toFileUrl } from "@std/path";

/**
 * The modules of plugin files, imported again when their text changes. Deno keeps every module by
 * its URL for as long as the process runs: a changed file is imported under a URL of its own
 * (`?generation=2`), and its old module stays in memory. Modules that a plugin file itself imports
 * keep their URL, so changes of those, and one that was
 * missing, are seen after a restart alone.
 */
export class PluginModules {
  readonly #imported = new Map<string, Imported>();
  #generation = 0;

  /**
   * Imports a file, or returns the module that its text was imported as before. A file that failed
   * is tried again.
   *
   * @throws whatever reading or importing it throws.
   */
  async import(file: string): Promise<PluginModule> {
    const digest = createHash("sha256").update(await Deno.readFile(file)).digest("base64");
    const known = this.#imported.get(file);
    if (known?.digest === digest && known.module !== undefined) return known.module;
    const url = toFileUrl(file);
    // what nobody imported yet has its own URL, which is what stacks and debuggers show
    if (known !== undefined) url.search = `generation=${++this.#generation}`;
    this.#imported.set(file, { digest, module: undefined });
    const module: PluginModule = await import(url.href);
    this.#imported.set(file, { digest, module });
    return module;
  }
}

/** A module that may be a plugin's. */
export interface PluginModule {
  readonly default?: unknown;
}

interface Imported {
  readonly digest: string;
  /** Undefined if the import failed. */
  readonly module: PluginModule | undefined;
}
