/**
 * Whether a refusal can meet the server's own notifications, which nobody means to refuse: members
 * then learn nothing of what was done to their group.
 *
 * @module
 */
import type { CommandFacts } from "../../chain/rule.ts";
import { CelError } from "../../expressions/cel_error.ts";
import type { CelScope } from "../../expressions/cel_scope.ts";
import { notificationTypes } from "../../openim/notifications.ts";
import { concerns, rangeText } from "../../openim/versions.ts";

/** A condition that decides about a rule: its own, or that of a group around it. */
export interface Condition {
  readonly source: string;
  readonly scope: CelScope;
  /** Whether the rule runs if it is true, or if it is false. */
  readonly taken: boolean;
}

/** A rule that may refuse, and where it stands. */
export interface Refusal {
  readonly about: CommandFacts;
  /** Whether it stands in a chain that may run for commands without a content type, too. */
  readonly isShared: boolean;
  /** All of them have to let it run. */
  readonly conditions: readonly Condition[];
  /** The version in the rules file. */
  readonly version: string | undefined;
}

/**
 * A warning of a rule that refuses notifications, too; undefined if none come or a condition
 * keeps each of them away for certain.
 */
export function unguardedRefusal(
  { about, isShared, conditions, version }: Refusal,
): string | undefined {
  const { command, notifications } = about;
  if (notifications === undefined || !concerns(version, notifications.versions)) return undefined;
  const { versions, fields = {} } = notifications;
  const outcomes = conditions.map(({ source, scope, taken }) => ({
    taken,
    outcome: outcomeOf(scope, source),
  }));
  const reaches = notificationTypes.some((contentType) => {
    const known = { command, fields: { ...fields, contentType } };
    return outcomes.every(({ taken, outcome }) => outcome(known) !== !taken);
  });
  if (!reaches) return undefined;
  const isEvery = versions.to === undefined;
  const range = isEvery ? "" : ` ${rangeText(versions)}`;
  const guard = isShared
    ? "!(has(body.contentType) && isNotification(body.contentType))"
    : "!isNotification(contentType)";
  return `this refuses the server's own notifications as well, which come as ${command}${range}, ` +
    `and members are told nothing; add "${guard}" to a condition` +
    (isEvery ? "" : ', or name your version of OpenIM in "openim"');
}

/** A condition that is wrong is reported already. */
function outcomeOf(scope: CelScope, source: string): ReturnType<CelScope["partial"]> {
  try {
    return scope.partial(source);
  } catch (error) {
    if (error instanceof CelError) return () => undefined;
    throw error;
  }
}
