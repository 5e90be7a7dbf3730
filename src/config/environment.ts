import type { Place } from "./source.ts";

/** The variables of the environment, by name. */
export type Environment = (name: string) => string | undefined;

/** A `${NAME}` that cannot be filled in. */
export interface MissingVariable extends Place {
  readonly message: string;
}

const reference = /\$\{([A-Za-z_]\w*)(?::-([^}]*))?\}/g;

/**
 * Fills in `${NAME}` and `${NAME:-default}` in every string of a value. As in a shell, the default
 * also stands for a variable that is set but empty.
 */
export function fillIn(
  value: unknown,
  environment: Environment,
): { readonly value: unknown; readonly missing: readonly MissingVariable[] } {
  const missing: MissingVariable[] = [];
  const fill = (part: unknown, path: readonly (string | number)[]): unknown => {
    if (typeof part === "string") {
      return part.replace(reference, (whole, name: string, fallback: string | undefined, at) => {
        const found = environment(name);
        if (found) return found;
        if (fallback !== undefined) return fallback;
        if (found === undefined) missing.push({ path, offset: at, message: missingMessage(name) });
        return found ?? whole;
      });
    }
    if (Array.isArray(part)) return part.map((inner, index) => fill(inner, [...path, index]));
    if (typeof part === "object" && part !== null) {
      return Object.fromEntries(
        Object.entries(part).map(([name, inner]) => [name, fill(inner, [...path, name])]),
      );
    }
    return part;
  };
  return { value: fill(value, []), missing };
}

function missingMessage(name: string): string {
  return `the environment variable ${name} is not set; set it, or give a default: ` +
    `\${${name}:-default}`;
}
