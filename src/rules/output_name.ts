import { z } from "zod";

/** CEL's own words, which cannot follow a dot. */
const celWords: ReadonlySet<string> = new Set(["in", "true", "false", "null"]);

/**
 * The name under which later rules see what a rule found out, such as `counts.<name>`. What every
 * object of JavaScript has, such as `constructor`, is no field to expressions.
 */
export const outputName = z.string()
  .regex(/^[A-Za-z_]\w*$/, "a name is letters, digits and _")
  .refine((name) => !(name in Object.prototype) && !celWords.has(name), {
    error: ({ input }) => `"${input}" has a meaning of its own in expressions; choose another name`,
  });
