import { z } from "zod";
import { issueWords } from "../openim/issue_words.ts";
import { isVersion } from "../openim/versions.ts";
import { didYouMean } from "../values/nearest_name.ts";
import { messageOf } from "../values/thrown.ts";

/** A plugin's definition is not what `definePlugin` takes. */
export class PluginDefinitionError extends Error {
  override readonly name = "PluginDefinitionError";
}

const name = z.string("must be a name in quotes").min(1, "must not be empty");
const names = z.array(name, 'must be a list of names, such as ["groupID"]');
// "*", ":" and "/" stand in the names of chains for many commands
const plainName = name.regex(/^[\w.-]*$/, "may have letters, digits, ., _ and - alone");
const version = name.refine(
  (text) => text === "" || isVersion(text),
  'must be a version, such as "v3.8.3" or "main"',
);
const code = z.custom<unknown>((value) => typeof value === "function", "must be a function");
const schema = (example: string) =>
  z.custom<z.ZodObject>((value) => value instanceof z.ZodObject, `must be a ${example}`);

const webhook = z.strictObject({
  key: name,
  since: version,
  until: version.optional(),
  renamed: version.optional(),
  unsent: name.optional(),
}, "must be an object with `key` and `since`");

const versions = z.strictObject(
  { from: version.optional(), to: version.optional(), before: version.optional() },
  'must be a range of versions, such as { from: "v3.7.0", to: "v3.8.1" }',
);

const notifications = z.strictObject({
  versions,
  fields: z.record(z.string(), z.unknown()).optional(),
}, "must be an object with `versions`");

/** What a definition may have; TypeScript says the same, but nothing checks types at a start. */
const definition = z.strictObject({
  command: plainName,
  aliases: z.array(plainName, 'must be a list of names, such as ["callbackMyCommand"]').optional(),
  timing: z.enum(["before", "after"], { error: 'must be "before" or "after"' }),
  area: plainName,
  summary: name,
  request: schema("z.looseObject({...})"),
  overrides: schema("z.object({...})").optional(),
  ignoredOverrides: names.optional(),
  echo: names.optional(),
  guards: z.record(z.string(), code, "must be an object of functions").optional(),
  guardedVersions: z.record(z.string(), versions, "must be an object of ranges").optional(),
  notifications: notifications.optional(),
  webhook: webhook.optional(),
  sample: z.record(z.string(), z.unknown(), 'must be an object, such as { userID: "u1" }'),
  start: code.optional(),
  handle: code.optional(),
});

/**
 * Checks what a plugin file hands to `definePlugin`.
 *
 * @throws {PluginDefinitionError} with everything that is wrong with it, each with its field.
 */
export function checkDefinition(value: unknown): void {
  const parsed = definition.safeParse(value);
  const problems = parsed.success
    ? [...disagreements(parsed.data)]
    : parsed.error.issues.flatMap((issue) => describe(issue, value));
  if (problems.length > 0) throw new PluginDefinitionError(problems.join("; "));
}

/** What each field may be by itself and the fields together may not. */
function* disagreements(
  { request, sample, overrides, echo = [], guards = {}, guardedVersions = {} }: z.output<
    typeof definition
  >,
): Generator<string> {
  yield* sampleProblems(request, sample);
  const fields = Object.keys(request.shape);
  for (const field of echo.filter((field) => !fields.includes(field))) {
    yield `echo: the request has no field "${field}"${didYouMean(field, fields)}`;
  }
  const changes = Object.keys(overrides?.shape ?? {});
  for (const field of Object.keys(guards).filter((field) => !changes.includes(field))) {
    yield `guards: there is no override "${field}"${didYouMean(field, changes)}`;
  }
  for (const field of Object.keys(guardedVersions).filter((field) => !(field in guards))) {
    yield `guardedVersions: there is no guard of "${field}"${
      didYouMean(field, Object.keys(guards))
    }`;
  }
}

/** A sample that the request does not take, or a request that can take none, fails at every callback. */
function* sampleProblems(request: z.ZodObject, sample: unknown): Generator<string> {
  try {
    for (const issue of request.safeParse(sample).error?.issues ?? []) {
      yield `sample.${issue.path.join(".")}: ${issueWords(issue)}`;
    }
  } catch (error) {
    yield error instanceof z.core.$ZodAsyncError
      ? "request: must not be asynchronous"
      : `request: throws on the sample: ${messageOf(error)}`;
  }
}

/** The fields that the objects inside a definition may have. */
const knownAt: Readonly<Record<string, object>> = {
  webhook: webhook.shape,
  notifications: { ...notifications.shape, ...versions.shape },
  guardedVersions: versions.shape,
};

function describe(issue: z.core.$ZodIssue, value: unknown): readonly string[] {
  if (issue.code === "unrecognized_keys") {
    const known = Object.keys(knownAt[String(issue.path[0])] ?? definition.shape);
    return issue.keys.map((key) => {
      const place = [...issue.path, key].join(".");
      return `${place}: there is no such field${didYouMean(key, known)}`;
    });
  }
  const found = issue.path.reduce<unknown>(
    (inside, key) => (inside as Record<PropertyKey, unknown> | undefined)?.[key],
    value,
  );
  const place = issue.path.join(".") || "the definition";
  const written = found === undefined
    ? "it is missing"
    : typeof found === "string" || typeof found === "number" || typeof found === "boolean"
    ? `not ${JSON.stringify(found)}`
    : "";
  return [`${place}: ${[issue.message, written].filter(Boolean).join(", ")}`];
}
