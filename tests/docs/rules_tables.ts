/**
 * The tables of `docs/rules.md` that follow from the schemas, and its table of contents.
 *
 * @module
 */
import { z } from "zod";
import { byteSize } from "../../src/config/byte_size.ts";
import { duration } from "../../src/duration.ts";
import { ruleDefinitions } from "../../src/rules/list.ts";
import { markdownPage } from "./markdown_page.ts";
import { type Option, options, type SchemaNode } from "./rules_options.ts";

/** A table as rows of cells in Markdown; the first row is its head. */
export type Table = readonly (readonly string[])[];

/** The comment above a table of the page, by which it is found. */
export const markers = {
  options: (place: string) => `<!-- options: ${place}`.trimEnd() + " -->",
  defaults: "<!-- defaults -->",
  rules: "<!-- rules -->",
  contents: "<!-- contents -->",
} as const;

/** Every place that has options. */
export const places: readonly string[] = [...new Set(options.map(({ place }) => place))];

/** The table of the options at a place. */
export function optionsTable(place: string): Table {
  const rows = options.filter((option) => option.place === place);
  return [
    ["option", "form", "default", "what it says"],
    ...rows.map((option) => [
      `\`${option.name}\``,
      formOf(option.schema),
      option.required ? "required" : defaultOf(option),
      escaped(option.schema.description ?? ""),
    ]),
  ];
}

/** The table of all defaults. */
export function defaultsTable(): Table {
  const rows = options.filter((option) => defaultOf(option) !== "");
  return [
    ["place", "option", "default", "form"],
    ...rows.map((option) => [
      option.place === "" ? "" : `\`${option.place}\``,
      `\`${option.name}\``,
      defaultOf(option),
      formOf(option.schema),
    ]),
  ];
}

/** The table of the kinds of rule. */
export function rulesTable(): Table {
  return [
    ["rule", "what it does"],
    ...ruleDefinitions.map(({ use, summary }) => [`[\`${use}\`](#${use})`, escaped(summary)]),
  ];
}

/** The lines of the page's table of contents. */
export function contentsOf(markdown: string): readonly string[] {
  return markdownPage(markdown).headings
    .filter(({ level, text }) => level > 1 && text !== "Contents")
    .map(({ level, text, anchor }) => `${"  ".repeat(level - 2)}- [${text}](#${anchor})`);
}

/** A default in Markdown; empty where there is none, or where it is that of the options inside. */
function defaultOf({ schema }: Option): string {
  if (schema.default === undefined) return "";
  const isSection = [schema, ...schema.anyOf ?? []].some(({ properties }) => properties);
  return isSection ? "" : `\`${JSON.stringify(schema.default)}\``;
}

const patterns: ReadonlyMap<string | undefined, string> = new Map([
  [z.toJSONSchema(duration).pattern, "duration"],
  [z.toJSONSchema(byteSize).pattern, "size"],
]);

/** What a value has to look like, in Markdown. */
function formOf(schema: SchemaNode): string {
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.enum !== undefined) {
    return schema.enum.map((value) => `\`${JSON.stringify(value)}\``).join(" or ");
  }
  if (schema.anyOf !== undefined) {
    return [...new Set(schema.anyOf.map(formOf))].join(" or ");
  }
  switch (schema.type) {
    case "string":
      if (schema.description?.startsWith("CEL")) return "CEL";
      return patterns.get(schema.pattern) ?? (schema.format === "uri" ? "URL" : "text");
    case "integer":
    case "number":
      return `${schema.type === "integer" ? "whole number" : "number"}${boundsOf(schema)}`;
    case "boolean":
      return "`true` or `false`";
    case "array":
      return `list of ${inLists[formOf(schema.items ?? {})] ?? formOf(schema.items ?? {})}`;
    case "object":
      return schema.properties === undefined && isObject(schema.additionalProperties)
        ? `by name: ${formOf(schema.additionalProperties)}`
        : "object";
    default:
      return schema.$ref === undefined ? "any" : "rule";
  }
}

const inLists: Readonly<Record<string, string>> = {
  text: "texts",
  duration: "durations",
  rule: "rules",
  object: "objects",
};

function boundsOf({ minimum, maximum = Number.MAX_SAFE_INTEGER }: SchemaNode): string {
  if (minimum === undefined) return "";
  return maximum >= Number.MAX_SAFE_INTEGER ? `, ${minimum} or more` : `, ${minimum} to ${maximum}`;
}

function isObject(values: SchemaNode | boolean | undefined): values is SchemaNode {
  return typeof values === "object";
}

/** A text of the schemas with what Markdown would take for its own. */
function escaped(text: string): string {
  return text.replace(/[*_<|]/g, "\\$&");
}
