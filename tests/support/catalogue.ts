/**
 * What OpenIM's servers send and take, as read from their source: what plugins are checked against.
 *
 * @module
 */
import catalogue from "./catalogue.json" with { type: "json" };

/** A field's type by its name: `int32`, `string?` where it may be null, `string[]` for a list. */
export type FieldTypes = Readonly<Record<string, string>>;

/** The facts of one command. */
export interface CatalogueCommand {
  readonly command: string;
  readonly timing: string;
  readonly area: string;
  readonly webhook: {
    readonly key: string;
    readonly since: string;
    readonly until?: string;
    readonly renamed?: string;
    readonly unsent?: string;
  };
  /** Its keys in the `callback` section of `config.yaml`, up to 2.3.3 and from 3.0 to 3.6. */
  readonly olderKeys?: { readonly v2?: string; readonly v3?: string };
  /** The older and the documented names. */
  readonly aliases: readonly string[];
  /** The fields of the newest body. */
  readonly request: FieldTypes;
  /** The types that fields of the newest body have in some other version, as integers of 32 bits. */
  readonly otherTypes?: FieldTypes;
  /** The fields that only older bodies have. */
  readonly older?: FieldTypes;
  /** The fields of the newest body that some other body lacks. */
  readonly leftOut?: readonly string[];
  /** What the servers take from an answer. */
  readonly overrides?: FieldTypes;
  /** What they decode and drop. */
  readonly ignoredOverrides?: readonly string[];
  /** What they copy from an answer even where it is missing. */
  readonly echo?: readonly string[];
}

/** Every command that OpenIM has or had. */
export const commands: readonly CatalogueCommand[] = catalogue.commands;

/** The types of all fields of all bodies; of an integer's types the widest. */
export function bodyTypes({ request, older, otherTypes = {} }: CatalogueCommand): FieldTypes {
  const wider = Object.entries(otherTypes).filter(([, type]) => type === "int64");
  return { ...older, ...request, ...Object.fromEntries(wider) };
}

/** The objects that fields consist of, by the names that field types use. */
export const shapes: Readonly<Record<string, FieldTypes>> = catalogue.shapes;
