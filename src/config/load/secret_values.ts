/**
 * The secrets of a rules file, which must not be logged.
 *
 * @module
 */
import type { FilledVariable } from "./environment.ts";
import { isSecretName } from "./masked_rules.ts";
import type { RulesFile } from "../sections/rules_file.ts";

/** Shorter texts stand in many a line by chance; no setting that proves a caller takes them. */
const shortest = 6;

const mask = "***";

/** Headers that a target may be sent, and that say nothing of who sends. */
const openHeaders: ReadonlySet<string> = new Set(["accept", "content-type", "user-agent"]);

/** Settings beside secrets that say how they are sent. Messages about failures name them. */
const openSettings: ReadonlySet<string> = new Set([
  "algorithm",
  "header",
  "nonceHeader",
  "nonceTime",
  "publicKey",
  "signatureHeader",
  "user",
  "window",
]);

/**
 * Sections whose variables are places, sizes and the like, which the log has to be able to name.
 */
const openSections: ReadonlySet<string> = new Set([
  "$schema",
  "log",
  "plugins",
  "store",
  "counters",
  "buckets",
  "seenKeys",
  "tests",
]);

/**
 * The secrets of a rules file, each with what stands for it in the log: a variable's name, or
 * `***`. They are the values of settings that are secret by their names, of headers, of URLs beyond
 * the host, and what variables are filled in with. Texts of fewer than 6 characters are left out.
 */
export function secretValues(
  settings: RulesFile,
  variables: readonly FilledVariable[],
): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const add = (text: string, replacement = mask) => {
    if (text.length < shortest) return;
    found.set(text, replacement);
    // as a body or an answer in JSON has it
    found.set(JSON.stringify(text).slice(1, -1), replacement);
  };
  for (const { text, path } of textsIn(settings, [])) {
    if (isSecretPlace(path)) { for (const form of formsOf(text)) add(form); }
    else if (isTargetURL(path)) addURL(text, add);
  }
  for (const { auth } of Object.values(settings.targets)) {
    const { user, password } = auth?.basic ?? {};
    if (password !== undefined) add(base64Of(`${user}:${password}`));
  }
  for (const { path, name, value } of variables) {
    if (!isOpenVariable(path, value)) add(value, `\${${name}}`);
  }
  return found;
}

/** Takes what variables are filled in with out of a message about a rules file. */
export function hideVariables(message: string, variables: readonly FilledVariable[]): string {
  let hidden = message;
  for (const { name, path, value } of variables) {
    if (value.length < shortest || isOpenVariable(path, value)) continue;
    hidden = hidden.replaceAll(value, () => `\${${name}}`);
  }
  return hidden;
}

type Path = FilledVariable["path"];

function* textsIn(value: unknown, path: Path): Generator<{ text: string; path: Path }> {
  if (typeof value === "string") yield { text: value, path };
  else if (typeof value === "object" && value !== null) {
    for (const [name, member] of Object.entries(value)) yield* textsIn(member, [...path, name]);
  }
}

function isSecretPlace(path: Path): boolean {
  const at = path.findIndex((name) => isSecretName(String(name)));
  if (at < 0) return false;
  if (path[at] === "headers") return !openHeaders.has(String(path[at + 1]).toLowerCase());
  return !openSettings.has(String(path.at(-1)));
}

function isTargetURL([section, , setting]: Path): boolean {
  return section === "targets" && setting === "url";
}

function isOpenVariable(path: Path, value: string): boolean {
  const [section] = path;
  if (openSections.has(String(section)) || path.at(-1) === "listen") return true;
  // of a target the host is named wherever it fails
  return isTargetURL(path) && /^(?:https?:\/\/)?[\w.-]+(?::\d+)?\/?$/.test(value);
}

/** A secret as it may stand in a message: `Bearer <token>` also as the token alone. */
function formsOf(secret: string): readonly string[] {
  const [, inner] = /^(?:whsec_|\w+ )(.+)$/s.exec(secret) ?? [];
  return inner === undefined ? [secret] : [secret, inner];
}

/** A segment of a path that is as long as this is taken for a secret rather than a word. */
const tokenLength = 16;

/** Of a URL the host stays. */
function addURL(text: string, add: (text: string, replacement?: string) => void): void {
  const url = URL.parse(text);
  if (url === null) return;
  const { host, username, password, pathname, search, searchParams } = url;
  if (pathname + search !== "/") add(`${host}${pathname}${search}`, `${host}/${mask}`);
  for (const part of [username, password]) for (const form of [part, decoded(part)]) add(form);
  for (const value of searchParams.values()) add(value);
  for (const segment of pathname.split("/")) if (segment.length >= tokenLength) add(segment);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Base64 of a text's UTF-8, as basic authentication has it. */
function base64Of(text: string): string {
  return new TextEncoder().encode(text).toBase64();
}
