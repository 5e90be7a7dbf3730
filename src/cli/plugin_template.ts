/**
 * The files that a new plugin starts from: they pass the formatter, the linter, the type check and
 * their own tests as they are, whatever the command's name.
 *
 * @module
 */
import type { Timing } from "../chain/rule.ts";

/** What a new plugin is like. */
export interface NewPlugin {
  /** Its command, such as `callbackAfterMyEventCommand`. */
  readonly command: string;
  readonly timing: Timing;
  readonly area: string;
}

/** At most 80 characters: with more, a line of the plugin file would not fit. */
const namePattern = /^(?=.{1,80}$)callback([A-Z][A-Za-z0-9]*)Command$/;

/**
 * The event in a command's name, such as `AfterMyEvent`; undefined if the name is not a command's.
 */
export function eventOf(command: string): string | undefined {
  return namePattern.exec(command)?.[1];
}

/** A file name for an event, without the ending: `AfterMsgSaveDB` gives `after_msg_save_db`. */
export function fileNameOf(event: string): string {
  const name = event
    .replace(/(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, "_")
    .toLowerCase();
  // what ends so is a test and no plugin
  return /(?:^|_)test$/.test(name) ? `${name}_event` : name;
}

/** The text of the plugin file; `from` is where it imports `definePlugin` from. */
export function pluginText({ command, timing, area }: NewPlugin, from: string): string {
  const event = eventOf(command) ?? command;
  const key = `${event.charAt(0).toLowerCase()}${event.slice(1)}`;
  return `import { z } from "zod";
import { definePlugin, userID } from "${from}";

/**
 * Say here what a reader must know: when the server sends it, and what its fields do not say.
 */
export default definePlugin({
  // the newest name on the wire; older and documented names go into aliases: ["..."]
  command: "${command}",
  // ${timingNotes[timing]}
  timing: "${timing}",
  // chains of "${area}/*" run for it
  area: "${area}",
  summary: "One sentence: when the server sends it.",
  // the body, field by field; what is not named here passes through untouched
  request: z.looseObject({
    userID: userID.describe("The user whom it is about."),
  }),
${timing === "before" ? overridesText : ""}\
  // the key in OpenIM's webhooks.yml and the first version that has it, if it has one:
  // webhook: { key: "${key}", since: "v3.8.4" },
  // a body as the server sends it, for tests and "simulate"
  sample: { userID: "5118930138" },
});
`;
}

const timingNotes: Readonly<Record<Timing, string>> = {
  before: "the server waits for the answer, which may refuse",
  after: "the server only notifies: rules cannot refuse",
};

const overridesText = `\
  // what the server takes from an answer; see also ignoredOverrides, echo and guards
  overrides: z.object({
    ex: z.string().nullish().describe("Free text of the app; null keeps it."),
  }),
`;

/** The text of the test file; `from` is where it imports the plugin from. */
export function pluginTestText({ timing }: NewPlugin, from: string): string {
  return `import { assertEquals, assertFalse } from "@std/assert";
import plugin from "${from}";

Deno.test("the sample is a body that the command takes", () => {
  assertEquals(plugin.request.parse(plugin.sample), plugin.sample);
});

Deno.test("fields that servers may add pass through untouched", () => {
  const body = { ...plugin.sample, addedLater: { deep: [1] } };
  assertEquals(plugin.request.parse(body), body);
});

Deno.test("a body without userID is turned away", () => {
  const { userID: _, ...body } = plugin.sample;
  assertFalse(plugin.request.safeParse(body).success);
});
${timing === "before" ? overridesTestText : ""}`;
}

const overridesTestText = `
Deno.test("an override of ex is a text, or null", () => {
  const taken = ["new", null, 5].map((ex) => plugin.overrides.safeParse({ ex }).success);
  assertEquals(taken, [true, true, false]);
});
`;
