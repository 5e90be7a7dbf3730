import { assert, assertEquals, assertFalse, assertObjectMatch } from "@std/assert";
import { join } from "@std/path";
import { rulesSchema, rulesSchemaText } from "../../../src/config/load/json_schema.ts";
import { ruleBase } from "../../../src/config/sections/rules_file.ts";
import { ruleDefinitions } from "../../../src/rules/list.ts";
import { root } from "../../support/server_process.ts";

/** The parts of a JSON Schema that are read here. */
interface SchemaNode {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: SchemaNode | boolean;
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
  readonly const?: unknown;
  readonly required?: readonly string[];
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, SchemaNode>>;
}

const schema = rulesSchema(ruleDefinitions) as SchemaNode;

/** Every property of a schema by its path. */
function* properties(node: SchemaNode, path = ""): Generator<readonly [string, SchemaNode]> {
  for (const [name, property] of Object.entries(node.properties ?? {})) {
    yield [`${path}.${name}`, property];
    yield* properties(property, `${path}.${name}`);
  }
  const { additionalProperties: values, items, anyOf = [], $defs = {} } = node;
  for (const [name, definition] of Object.entries($defs)) yield* properties(definition, name);
  if (typeof values === "object") yield* properties(values, `${path}.<name>`);
  if (items !== undefined) yield* properties(items, `${path}[]`);
  for (const form of anyOf) yield* properties(form, `${path}(${form.properties?.use?.const})`);
}

function chainSchema(): SchemaNode {
  const chains = schema.properties?.callbacks?.additionalProperties;
  return typeof chains === "object" ? chains : {};
}

/** The schema of a chain's entries, which refers to itself. */
function entryForms(): readonly SchemaNode[] {
  const reference = chainSchema().properties?.rules?.items?.$ref;
  assertEquals(reference, "#/$defs/entry");
  return schema.$defs?.entry?.anyOf ?? [];
}

const ruleForms = () => entryForms().slice(0, ruleDefinitions.length);

Deno.test("the committed rules.schema.json is the generated one", async () => {
  assertEquals(
    await Deno.readTextFile(join(root, "rules.schema.json")),
    rulesSchemaText(ruleDefinitions),
    'rules.schema.json is stale: run "deno task check --schema"',
  );
});

Deno.test("every section and every option has a description", () => {
  const options = [...properties(schema)];
  const bare = options.filter(([, { description }]) => !description).map(([path]) => path);
  assert(options.length > 40, "the walk has found the options");
  assertEquals(bare, []);
});

Deno.test("every kind of rule is in the schema, with its summary", () => {
  assertEquals(
    ruleForms().map(({ properties, description }) => [properties?.use?.const, description]),
    ruleDefinitions.map(({ use, summary }) => [use, summary]),
  );
});

Deno.test("every option of every kind of rule is in the schema", () => {
  for (const [index, { use, options }] of ruleDefinitions.entries()) {
    assertEquals(
      Object.keys(ruleForms()[index]?.properties ?? {}).sort(),
      ["use", ...Object.keys(options.shape), ...Object.keys(ruleBase)].sort(),
      use,
    );
  }
});

Deno.test("besides the rules, an entry is a named chain or a group of entries", () => {
  const [chain, group, ...more] = entryForms().slice(ruleDefinitions.length);
  assertEquals(more, []);
  assertEquals(chain?.properties?.use?.const, "chain");
  assertEquals(Object.keys(group?.properties ?? {}), ["when", "rules", "else"]);
  assertEquals(group?.properties?.else?.items?.$ref, "#/$defs/entry");
});

Deno.test("a rule has to name its kind and what has no default, and nothing else", () => {
  const required = ruleForms().map(({ properties, required }) => [
    properties?.use?.const,
    [...required ?? []].sort(),
  ]);
  // of these kinds; another kind of rule is no matter of this test
  assertObjectMatch(Object.fromEntries(required), {
    limit: ["rate", "use"],
    log: ["use"],
    count: ["name", "use"],
    dedupe: ["use"],
    forward: ["to", "use"],
    refuse: ["message", "use"],
    sample: ["rate", "use"],
    set: ["name", "use", "value"],
    override: ["set", "use"],
  });
});

Deno.test("an editor marks what no section and no kind of rule knows", () => {
  assertEquals(schema.additionalProperties, false);
  assertEquals(chainSchema().additionalProperties, false);
  assertFalse(entryForms().some(({ additionalProperties }) => additionalProperties !== false));
});

Deno.test("the schema's text ends in a line break", () => {
  assert(rulesSchemaText(ruleDefinitions).endsWith("}\n"));
});
