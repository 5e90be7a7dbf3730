import type { LoadedRules } from "../config/load/load_rules.ts";
import { secretValues } from "../config/load/secret_values.ts";
import { textMask } from "../observe/mask_secrets.ts";

/** Makes a function that hides the secrets of a rules file in a text. */
export function maskOf(
  { settings, variables }: Pick<LoadedRules, "settings" | "variables">,
): (text: string) => string {
  return textMask(secretValues(settings, variables));
}
