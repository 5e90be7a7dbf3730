import { z } from "zod";
import type { RuleDefinition } from "../../extension/define_rule.ts";
import { chainEntry } from "../compile/compile_entries.ts";
import { groupOf, ruleBase, rulesFileOf } from "../sections/rules_file.ts";

/** The JSON Schema of the rules file, made from the schemas that check it, for editors. */
export function rulesSchema(definitions: readonly RuleDefinition[]): object {
  const rules = definitions.map(({ use, summary, options }) =>
    options.extend({ use: z.literal(use).describe(summary), ...ruleBase }).describe(summary)
  );
  const entry: z.ZodType = z.lazy(() => z.union([...rules, chainEntry, groupOf(entry)])).meta({
    id: "entry",
  });
  const schema = z.toJSONSchema(rulesFileOf(entry), { io: "input", unrepresentable: "any" });
  return { ...schema, title: "Rules of the OpenIM Callback Router" };
}

/** The JSON Schema as the text of `rules.schema.json`. */
export function rulesSchemaText(definitions: readonly RuleDefinition[]): string {
  return `${JSON.stringify(rulesSchema(definitions), undefined, 2)}\n`;
}
