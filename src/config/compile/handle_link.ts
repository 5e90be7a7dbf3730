import { fromFileUrl } from "@std/path";
import { z } from "zod";
import type { Link } from "../../chain/chain.ts";
import { type Outcome, override, pass } from "../../chain/outcome.ts";
import { takenFields } from "../../chain/taken_fields.ts";
import type { HandleOutcome, Plugin } from "../../extension/define_plugin.ts";
import { namedMessageOf } from "../../values/thrown.ts";

/** A plugin's code threw, or answered none of the outcomes that it may answer. */
export class HandleError extends Error {
  override readonly name = "HandleError";
}

const handleOutcome = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("pass") }),
  z.object({
    kind: z.literal("override"),
    fields: z.record(z.string(), z.unknown(), "must be an object"),
  }),
  z.object({
    kind: z.literal("refuse"),
    code: z.int("must be a whole number").min(1, "must be at least 1")
      .max(2 ** 31 - 1, "must be at most 2147483647"),
    message: z.string("must be text"),
    detail: z.string("must be text"),
  }),
]);

/** The plugin's own code as the last link of its chain. */
export function handleLink(plugin: Plugin, handle: NonNullable<Plugin["handle"]>): Link {
  // types are no proof: what a handle wants to change is checked as a rule's wishes are
  const checked = (outcome: HandleOutcome<Readonly<Record<string, unknown>>>): Outcome => {
    if (outcome === undefined) return pass();
    const { error } = handleOutcome.safeParse(outcome);
    if (error !== undefined) throw new HandleError(wrongAnswer(plugin.command, outcome, error));
    if (outcome.kind !== "override") return outcome;
    return override(takenFields(outcome.fields, plugin));
  };
  const failed = (cause: unknown): never => {
    throw new HandleError(thrown(cause), { cause });
  };
  return {
    name: `plugin ${plugin.command}`,
    use: "plugin",
    when: undefined,
    always: false,
    within: [],
    rule: {
      run(callback, scope) {
        let answer: ReturnType<typeof handle>;
        try {
          answer = handle(callback, scope);
        } catch (error) {
          return failed(error);
        }
        return answer instanceof Promise ? answer.catch(failed).then(checked) : checked(answer);
      },
    },
  };
}

/** What a handle answered and what it may answer; says nothing of a callback's content. */
function wrongAnswer(command: string, outcome: unknown, error: z.ZodError): string {
  const { path: [field], message } = error.issues[0]!;
  const answered = typeof outcome !== "object" || outcome === null
    ? outcome === null ? "null" : `a ${typeof outcome}`
    : field === "kind"
    ? "an object that is no outcome"
    : `"${(outcome as { kind: string }).kind}" with a ${String(field)} that ${message}`;
  return `the handle of ${command} answered ${answered}; it may answer nothing, pass(), ` +
    "override({...}) or refuse(code, message, detail)";
}

function thrown(cause: unknown): string {
  const what = namedMessageOf(cause);
  const place = cause instanceof Error ? placeIn(cause.stack ?? "") : undefined;
  // first: a message may go on over many lines, and lists show one
  return place === undefined ? what : `${place}: ${what}`;
}

/** The TypeScript file, line and column that a stack names first: the plugin's, not a package's. */
function placeIn(stack: string): string | undefined {
  const frame = /^ +at .*?(file:\/\/[^\s()]+?\.ts)(?:\?[^\s():]*)?(:\d+:\d+)\)?$/m.exec(stack);
  return frame === null ? undefined : fromFileUrl(frame[1]!) + frame[2]!;
}
