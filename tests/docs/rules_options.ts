/**
 * The options of the rules file, read from the schemas that check it, by the place where they
 * stand: `server.limits`, `targets.<name>`, `rule limit`.
 *
 * @module
 */
import { rulesSchema } from "../../src/config/load/json_schema.ts";
import { ruleBase } from "../../src/config/sections/rules_file.ts";
import { ruleDefinitions } from "../../src/rules/list.ts";

/** The part of JSON Schema that is read here. */
export interface SchemaNode {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: SchemaNode | boolean;
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, SchemaNode>>;
}

/** One option. */
export interface Option {
  /** The object that it is an option of; empty for the sections of the file. */
  readonly place: string;
  readonly name: string;
  readonly required: boolean;
  readonly schema: SchemaNode;
}

const schema: SchemaNode = rulesSchema(ruleDefinitions);
const entryForms = schema.$defs?.entry?.anyOf ?? [];

/** The place of the options that every rule has. */
export const everyRule = "every rule";

/** The place of a kind of rule's own options. */
export function ruleKind(use: string): string {
  return `rule ${use}`;
}

/** Every option of the rules file. */
export const options: readonly Option[] = [
  ...optionsIn(schema, ""),
  ...entryForms.flatMap((form) => optionsIn(form, formPlace(form)).filter(isOwn)),
  ...Object.keys(ruleBase).map((name) => {
    const [form] = entryForms;
    return { place: everyRule, name, required: false, schema: form!.properties![name]! };
  }),
];

/** Not the name of its kind, nor what every rule has. */
function isOwn({ place, name }: Option): boolean {
  const isDefined = ruleDefinitions.some(({ use }) => place === ruleKind(use));
  return name !== "use" && !(isDefined && Object.hasOwn(ruleBase, name));
}

function optionsIn(node: SchemaNode, place: string): readonly Option[] {
  const { properties = {}, required = [], additionalProperties: values, items, anyOf } = node;
  return [
    ...Object.entries(properties).flatMap(([name, schema]) => [
      { place, name, required: required.includes(name), schema },
      ...optionsIn(schema, below(place, name)),
    ]),
    ...typeof values === "object" ? optionsIn(values, below(place, "<name>")) : [],
    ...items === undefined ? [] : optionsIn(items, `${place}[]`),
    ...(anyOf ?? []).flatMap((form) => optionsIn(form, place)),
  ];
}

function below(place: string, name: string): string {
  return place === "" ? name : `${place}.${name}`;
}

/** The place of a form of a chain's entry. */
function formPlace({ properties }: SchemaNode): string {
  const use = properties?.use?.const;
  return typeof use === "string" ? ruleKind(use) : "group";
}

type Members = Record<string, unknown>;

/** Is shown an object of a rules file that has options. */
export type Visitor = (place: string, object: Members) => void;

/** Shows every object of a rules file that has options, with their place. */
export function visitOptions(file: unknown, visitor: Visitor): void {
  visit(file, schema, "", visitor);
}

function visit(value: unknown, node: SchemaNode, place: string, visitor: Visitor): void {
  if (node.$ref !== undefined) return visitEntry(value, visitor);
  for (const form of node.anyOf ?? []) visit(value, form, place, visitor);
  if (Array.isArray(value)) {
    const { items } = node;
    if (items === undefined) return;
    return value.forEach((item) => visit(item, items, `${place}[]`, visitor));
  }
  if (!isMembers(value)) return;
  const { properties, additionalProperties: values } = node;
  if (properties !== undefined) visitor(place, value);
  for (const [name, member] of Object.entries(value)) {
    const inner = properties?.[name];
    if (inner !== undefined) visit(member, inner, below(place, name), visitor);
    else if (typeof values === "object") visit(member, values, below(place, "<name>"), visitor);
  }
}

function visitEntry(value: unknown, visitor: Visitor): void {
  if (!isMembers(value)) return;
  const form = entryForms.find(({ properties }) => properties?.use?.const === value.use);
  if (form === undefined) return;
  const place = formPlace(form);
  if (ruleDefinitions.some(({ use }) => use === value.use)) visitor(everyRule, value);
  visit(value, form, place, visitor);
}

function isMembers(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
