import { loadContext } from "../runtime/load_context.ts";
import { splitAddress } from "../config/sections/listen_address.ts";
import { loadRules } from "../config/load/load_rules.ts";
import { maskedURL } from "../config/load/masked_rules.ts";
import { defaultOperatorAddress } from "../config/sections/operator_section.ts";
import type { RulesFile } from "../config/sections/rules_file.ts";
import { type Terminal, UsageError } from "./terminal.ts";
import { messageOf } from "../values/thrown.ts";

/** Which target to go on with. */
export interface ResumeOptions {
  /** The rules file. */
  readonly rules: string;
  /** The target's name. */
  readonly target: string;
  /** Where the operator's listener is; by default the address in the rules file. */
  readonly url?: string | undefined;
}

/** How long the router may take to answer, milliseconds. */
const answerWithin = 10_000;

/**
 * Tells the running router to go on with a target that is disabled or left alone. It asks the
 * operator's listener, because what is held against a target is the router's own knowledge and not
 * the outbox's.
 *
 * @throws {ConfigError} for a bad rules file, {@link UsageError} if no router can be asked, or it
 * knows no such target.
 */
export async function resumeTarget(
  { rules: file, target, url }: ResumeOptions,
  terminal: Terminal,
): Promise<void> {
  const { settings } = await loadRules(file, loadContext(() => {}));
  const base = url ?? operatorURL(settings.operator);
  const response = await ask(base, target, settings.operator.token);
  const { resumed, error } = await response.json().catch(() => ({}));
  if (response.ok && typeof resumed === "boolean") {
    return terminal.out(
      resumed
        ? `${target} is resumed: what waits for it is delivered from now on`
        : `${target} was neither disabled nor left alone`,
    );
  }
  const said = typeof error === "string" ? error : "this is no operator's listener of a router";
  throw new UsageError(`${maskedURL(base)} answered with status ${response.status}: ${said}`);
}

async function ask(base: string, target: string, token: string | undefined): Promise<Response> {
  try {
    return await fetch(`${base}/api/targets/${encodeURIComponent(target)}/resume`, {
      method: "POST",
      headers: token ? { authorization: `Bearer ${token}` } : {},
      redirect: "error",
      signal: AbortSignal.timeout(answerWithin),
    });
  } catch (cause) {
    // the client's words hold the whole URL
    const reason = messageOf(cause).replace(/https?:\/\/[^\s'")]+/g, maskedURL);
    throw new UsageError(
      `no router can be asked at ${
        maskedURL(base)
      }: ${reason}; start it, or name its operator's listener ` +
        "with --url",
      { cause },
    );
  }
}

/** Where the operator's listener is, as this machine reaches it. */
function operatorURL(
  { enabled, listen = defaultOperatorAddress }: RulesFile["operator"],
): string {
  if (!enabled) {
    throw new UsageError(
      "operator.enabled is false, so the router cannot be asked: send it SIGHUP instead, " +
        "which resumes every disabled target",
    );
  }
  const { hostname, port } = splitAddress(listen);
  if (port === 0) {
    throw new UsageError(
      "operator.listen takes any free port; give its address, which the router logs at its " +
        "start, with --url",
    );
  }
  const host = { "0.0.0.0": "127.0.0.1", "::": "::1" }[hostname] ?? hostname;
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}
