import { z } from "zod";

/**
 * A name under which later rules see what a rule found out, such as a counter's. What every object
 * of JavaScript has, such as `constructor`, would pass for a value that is not there.
 */
export const outputName = z.string()
  .regex(/^[A-Za-z_]\w*$/, "a name is letters, digits and _")
  .refine((name) => !(name in Object.prototype), "this name is taken; choose another");
