/**
 * The tables of `docs/rules.md` that follow from the schemas, and its table of contents.
 *
 * @module
 */
import { z } from "zod";
import { byteSize } from "../../src/values/byte_size.ts";
import { duration } from "../../src/values/duration.ts";
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

/** The table of the options at a place; options with options of their own lead to these. */
export function optionsTable(place: string, markdown: string): Table {
  const rows = options.filter((option) => option.place === place);
  return [
    ["option", "form", "default", "what it says"],
    ...rows.map((option) => [
      `\`${option.name}\``,
      linked(formOf(option.schema), option, markdown),
      option.required ? "required" : defaultOf(option),
      meaningOf(option),
    ]),
  ];
}

/** A form that says where the page has the options of the objects that it speaks of. */
function linked(form: string, { place, name }: Option, markdown: string): string {
  const inside = place === "" ? name : `${place}.${name}`;
  const anchor = [inside, `${inside}.<name>`, `${inside}[]`]
    .map((candidate) => headingAbove(markdown, markers.options(candidate)))
    .find((found) => found !== undefined);
  return anchor === undefined
    ? form
    : form.replace(/\bobjects?\b/, (word) => `[${word}](#${anchor})`);
}

/** The anchor of the last heading before a line; undefined where there is no such line. */
function headingAbove(markdown: string, line: string): string | undefined {
  const end = markdown.indexOf(`\n${line}\n`);
  if (end === -1) return undefined;
  return markdownPage(markdown.slice(0, end)).headings.at(-1)?.anchor;
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
  const hasOptions = [schema, ...schema.anyOf ?? []].some(({ properties }) => properties);
  return hasOptions && typeof schema.default === "object"
    ? ""
    : `\`${JSON.stringify(schema.default)}\``;
}

const patterns: ReadonlyMap<string | undefined, string> = new Map([
  [z.toJSONSchema(duration).pattern, "duration"],
  [z.toJSONSchema(byteSize).pattern, "size"],
]);

/** What a value has to look like, in Markdown. */
function formOf(schema: SchemaNode): string {
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.enum !== undefined) {
    return alternatives(schema.enum.map((value) => `\`${JSON.stringify(value)}\``));
  }
  if (schema.anyOf !== undefined) {
    return alternatives([...new Set(schema.anyOf.map(formOf))]);
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

function alternatives(forms: readonly string[]): string {
  return forms.join(", ").replace(/, (?=[^,]*$)/, " or ");
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

/** What an option says, in Markdown; that it is CEL its form says already. */
function meaningOf({ schema: { description = "" } }: Option): string {
  const text = description.replace(/^CEL: /, "");
  return escaped(text.charAt(0).toUpperCase() + text.slice(1));
}

/** A text of the schemas with what Markdown would take for its own. */
function escaped(text: string): string {
  return text.replace(/[*_<|]/g, "\\$&");
}
