/**
 * How a command becomes known to the router: one file whose default export is made here.
 *
 * @module
 */
import { z } from "zod";
import type { OverrideOutcome, PassOutcome, RefuseOutcome } from "../chain/outcome.ts";
import type { RuleLog, Timing } from "../chain/rule.ts";
import type { DeclaredDuties, Guard, Guarded } from "../openim/answer_duties.ts";
import type { Callback } from "../openim/callback.ts";
import type { Notifications } from "../openim/notifications.ts";
import type { VersionRange } from "../openim/versions.ts";
import { checkDefinition } from "./definition_problems.ts";

export { override, pass, refuse } from "../chain/outcome.ts";
export { ex, groupID, int32, int64, operationID, uint32, userID } from "../openim/fields.ts";
export type { Callback, Guarded };

/** What a `handle` may answer: nothing, fields to change, or a refusal. */
export type HandleOutcome<Overrides> =
  | PassOutcome
  | OverrideOutcome<Overrides>
  | RefuseOutcome
  | void;

/** What a `handle` may use besides the callback. */
export interface HandleContext {
  /** Aborts when the chain's budget is spent. */
  readonly signal: AbortSignal;
}

/** What a `start` may use. */
export interface StartContext {
  /** Writes one structured line of the log; never waits. */
  readonly log: RuleLog;
  /** Aborts when another version of the plugin takes its place, and when the router stops. */
  readonly signal: AbortSignal;
}

/** How to make a server send a command, and which versions know it. */
export interface Webhook {
  /** The key in OpenIM's `webhooks.yml`; until 3.6 in the `callback` section of `config.yaml`. */
  readonly key: string;
  /** The first version that has the command, under any name; `main` for the development branch. */
  readonly since: string;
  /** The last version that has it, if it was dropped. */
  readonly until?: string;
  /** The first version that sends it by its newest name, if older ones send an alias. */
  readonly renamed?: string;
  /** The versions that have the key and never send the command, such as `v3.8.0 and v3.8.1`. */
  readonly unsent?: string;
}

/** What watches over a command's overrides: per override at most one guard. */
export type Guards<Request extends z.ZodObject, Overrides extends z.ZodObject> = {
  readonly [Field in keyof Overrides["shape"]]?: Guard<
    Exclude<z.output<Overrides["shape"][Field]>, undefined>,
    z.output<Request>
  >;
};

/** One callback command of OpenIM, as its plugin file declares it. */
export interface PluginDefinition<Request extends z.ZodObject, Overrides extends z.ZodObject> {
  /** The newest name on the wire. */
  readonly command: string;
  /** Every older or documented name that means the same command. */
  readonly aliases?: readonly string[];
  /** Whether OpenIM waits for the answer (`before`) or only notifies (`after`). */
  readonly timing: Timing;
  /** The part of OpenIM that it belongs to, such as `message`. */
  readonly area: string;
  /** One sentence: when OpenIM sends it. */
  readonly summary: string;
  /**
   * The body as the server sends it; a loose object, so that newer fields pass through. A plugin
   * holds it compiled by zod, which takes half the time or less; a refinement must not use `this`,
   * and none may be asynchronous.
   */
  readonly request: Request;
  /** The fields that the server takes from an answer; none by default. */
  readonly overrides?: Overrides;
  /** Fields of an answer that the server decodes and drops; a rule that sets one is reported. */
  readonly ignoredOverrides?: readonly string[];
  /**
   * Fields of the request that the server copies from the answer even when they are missing there:
   * they are returned in every answer, nulls included, below the overrides; in a refusal as well,
   * since 3.6.0 ignores it and copies them all the same.
   */
  readonly echo?: readonly NoInfer<keyof Request["shape"] & string>[];
  /**
   * Keeps back overrides that would crash a server or corrupt what it stores. A guard gets the
   * override's value and the request. It answers `{ keep: value }` to send the value, or
   * `{ keep: rest, dropped: reason }` to send only a part of it, or none.
   */
  readonly guards?: NoInfer<Guards<Request, Overrides>>;
  /** The versions that a guard is for, by the name of its override; every version by default. */
  readonly guardedVersions?: Readonly<
    Partial<Record<NoInfer<keyof Overrides["shape"] & string>, VersionRange>>
  >;
  /** That the server's own notifications come as this command, too; a refusal loses them. */
  readonly notifications?: Notifications;
  /** How the command is switched on in OpenIM; absent for a command that OpenIM does not have. */
  readonly webhook?: Webhook;
  /** A body as the server sends it, for tests, `simulate` and the documentation. */
  readonly sample: NoInfer<z.input<Request>>;
  /**
   * Runs once when the plugin comes into force, for what lives longer than a callback, such as a
   * timer. It must end that when `signal` aborts. It never runs in `check` and `simulate`.
   */
  start?(context: StartContext): void | Promise<void>;
  /** Code of the plugin's own: the last link of the command's chain. */
  handle?(
    callback: Callback<z.output<Request>>,
    context: HandleContext,
  ): HandleOutcome<z.input<Overrides>> | Promise<HandleOutcome<z.input<Overrides>>>;
}

type AnyFields = Readonly<Record<string, unknown>>;

/** A plugin as the registry holds it, with its types closed over. */
export interface Plugin extends
  DeclaredDuties,
  Required<
    Omit<
      PluginDefinition<z.ZodObject, z.ZodObject>,
      "handle" | "start" | "sample" | "webhook" | "notifications" | keyof DeclaredDuties
    >
  > {
  readonly webhook: Webhook | undefined;
  readonly notifications: Notifications | undefined;
  readonly sample: Readonly<Record<string, unknown>>;
  readonly handle:
    | ((
      callback: Callback,
      context: HandleContext,
    ) => HandleOutcome<AnyFields> | Promise<HandleOutcome<AnyFields>>)
    | undefined;
  readonly start: ((context: StartContext) => void | Promise<void>) | undefined;
  readonly [pluginMark]: true;
}

// Symbol.for, not Symbol: a plugin outside this repository may load its own copy of this module
const pluginMark: unique symbol = Symbol.for("openim-callback-router.plugin") as never;

const noOverrides = z.object({});

/**
 * Defines a plugin: the type of `request` flows into `handle`, the type of `overrides` into what
 * it may answer.
 *
 * @example
 * ```ts
 * export default definePlugin({
 *   command: "callbackAfterQuitGroupCommand",
 *   timing: "after",
 *   area: "group",
 *   summary: "A member has left a group.",
 *   request: z.looseObject({ groupID, userID }),
 *   sample: { groupID: "3047716255", userID: "5118930138" },
 * });
 * ```
 * @throws {PluginDefinitionError} for what types would have shown, such as a misspelt field: a router
 * imports plugin files without checking their types.
 */
export function definePlugin<
  const Request extends z.ZodObject,
  const Overrides extends z.ZodObject = typeof noOverrides,
>(definition: PluginDefinition<Request, Overrides>): Plugin {
  checkDefinition(definition);
  return {
    aliases: [],
    overrides: noOverrides,
    ignoredOverrides: [],
    echo: [],
    ...definition,
    request: z.compile(definition.request),
    guards: (definition.guards ?? {}) as Plugin["guards"],
    guardedVersions: (definition.guardedVersions ?? {}) as Plugin["guardedVersions"],
    notifications: definition.notifications,
    webhook: definition.webhook,
    handle: definition.handle?.bind(definition) as Plugin["handle"],
    start: definition.start?.bind(definition),
    sample: definition.sample as Plugin["sample"],
    [pluginMark]: true,
  };
}

/** Whether a value was made by {@link definePlugin}. */
export function isPlugin(value: unknown): value is Plugin {
  return typeof value === "object" && value !== null && pluginMark in value;
}
