import type { Place } from "../source/source.ts";

/** The variables of the environment, by name. */
export type Environment = (name: string) => string | undefined;

/** A `${` after which nothing can be filled in: the variable is missing, or none is named. */
export interface MissingVariable extends Place {
  readonly message: string;
}

/** A variable, where it is used, and what it is filled in with. */
export interface FilledVariable {
  readonly path: Place["path"];
  readonly name: string;
  readonly value: string;
}

/** A value with its variables filled in. */
export interface FilledIn {
  readonly value: unknown;
  readonly variables: readonly FilledVariable[];
  readonly missing: readonly MissingVariable[];
  /** A place in the filled-in value as the place in the written one. */
  asWritten<Somewhere extends Place>(place: Somewhere): Somewhere;
}

/** A `${NAME}` in a string: where it stands as written, and how long it and its value are. */
interface Filling {
  readonly at: number;
  readonly written: number;
  readonly filled: number;
}

/** `${NAME}` or `${NAME:-default}`; also a `${` alone, which is neither. */
const reference = /\$\{(?:([A-Za-z_]\w*)(?::-((?:(?!\$\{)[^}])*))?\})?/g;

/**
 * Fills in `${NAME}` and `${NAME:-default}` in every string of a value. As in a shell, the default
 * also stands for a variable that is set but empty. Any other `${` is probably a slip of the pen.
 */
export function fillIn(value: unknown, environment: Environment): FilledIn {
  const missing: MissingVariable[] = [];
  const variables: FilledVariable[] = [];
  const fillings = new Map<string, Filling[]>();

  const fillText = (text: string, path: Place["path"]) => {
    const here: Filling[] = [];
    const filled = text.replace(
      reference,
      (whole, name: string | undefined, fallback: string | undefined, at) => {
        if (name === undefined) {
          missing.push({ path, offset: at, message: notNamed });
          return whole;
        }
        const found = allowed(environment, name);
        if (found === notAllowed) {
          missing.push({ path, offset: at, message: notAllowedMessage(name) });
          return whole;
        }
        const value = found || fallback || found;
        if (value === undefined && fallback === undefined) {
          missing.push({ path, offset: at, message: missingMessage(name) });
          return whole;
        }
        here.push({ at, written: whole.length, filled: (value ?? "").length });
        variables.push({ path, name, value: value ?? "" });
        return value ?? "";
      },
    );
    if (here.length > 0) fillings.set(JSON.stringify(path), here);
    return filled;
  };

  const fill = (part: unknown, path: Place["path"]): unknown => {
    if (typeof part === "string") return fillText(part, path);
    if (Array.isArray(part)) return part.map((inner, index) => fill(inner, [...path, index]));
    if (typeof part === "object" && part !== null) {
      return Object.fromEntries(
        Object.entries(part).map(([name, inner]) => [name, fill(inner, [...path, name])]),
      );
    }
    return part;
  };

  return {
    value: fill(value, []),
    variables,
    missing,
    asWritten(place) {
      const here = fillings.get(JSON.stringify(place.path));
      if (here === undefined || !place.offset) return place;
      return { ...place, offset: offsetAsWritten(place.offset, here) };
    },
  };
}

/** Stands for a variable that this process may not read. */
const notAllowed = Symbol("not allowed");

function allowed(environment: Environment, name: string): string | undefined | typeof notAllowed {
  try {
    return environment(name);
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) return notAllowed;
    throw error;
  }
}

/** An offset inside what a variable was filled in with becomes that of the variable. */
function offsetAsWritten(offset: number, fillings: readonly Filling[]): number {
  let growth = 0;
  for (const { at, written, filled } of fillings) {
    const start = at + growth;
    if (offset < start) break;
    if (offset < start + filled) return at;
    growth += filled - written;
  }
  return offset - growth;
}

const notNamed = 'no variable is named after "${"; write ${NAME}, or ${NAME:-default} with a ' +
  "default that holds no other variable";

function notAllowedMessage(name: string): string {
  return `the router was started without the right to read the variable ${name}; start it with ` +
    'the options that "deno task check --permissions" prints for this file';
}

function missingMessage(name: string): string {
  return `the environment variable ${name} is not set; set it, or give a default: ` +
    `\${${name}:-default}`;
}
