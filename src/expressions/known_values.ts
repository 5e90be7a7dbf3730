import { dynType } from "./cel_types.ts";
import type { Work } from "./work.ts";

/** What is known of a callback before it comes. */
export interface KnownValues {
  readonly command: string;
  /** Fields of its request. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Something of a body was asked for that is not known. */
export class UnknownValue extends Error {
  override readonly name = "UnknownValue";
}

/**
 * The `body` of which some fields are known, as expressions see it. To ask for anything else, such
 * as whether there is another field, fails.
 */
export function knownBody(fields: KnownValues["fields"], work: Work): object {
  const known = (name: string) => {
    if (!Object.hasOwn(fields, name)) throw new UnknownValue(name);
    return dynType.toCel(fields[name], work);
  };
  const members: Readonly<Record<string, unknown>> = {
    constructor: Map,
    get: known,
    has: (name: string) => known(name) !== undefined,
  };
  return new Proxy(new Map(), {
    get(_target, member) {
      if (typeof member === "string" && Object.hasOwn(members, member)) return members[member];
      throw new UnknownValue(String(member));
    },
  });
}
