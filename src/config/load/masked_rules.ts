/**
 * The rules in force as an operator may see them.
 *
 * @module
 */
import type { RulesFile } from "../sections/rules_file.ts";

const mask = "***";

/** Names of settings whose values are secrets. */
const secretName =
  /^auth$|bearer|secret|token|password|passphrase|passwd|authorization|cookie|credential|signature|(?:api|private|access|signing)[-_]?key/i;

/** Whether what stands under a name of the rules file is a secret by that name. */
export function isSecretName(name: string): boolean {
  return name === "headers" || secretName.test(name);
}

/** A text that is a variable and nothing else; a default of it may be a secret as well. */
const variable = /^\$\{([A-Za-z_]\w*)(?::-[^}]*)?\}$/;

/** Every variable of a text, with its default. */
const variables = /\$\{([A-Za-z_]\w*)(?::-([^}]*))?\}/g;

/** A text that is a URL, whatever is in it, or those inside of another text, variables included. */
const urls = /^https?:\/\/\S*$|\bhttps?:\/\/(?:\$\{[^}]*\}|[^\s"'}])+/gi;

/**
 * The sections of a rules file, defaults filled in. Variables stand by their names, because what
 * they are filled in with is often secret; the values of secret settings and of headers are masked,
 * and of URLs only the host is left.
 *
 * @param written the file's value as it is written.
 */
export function maskedRules(
  settings: RulesFile,
  written: unknown,
): Readonly<Record<string, unknown>> {
  return masked(settings, written, false) as Readonly<Record<string, unknown>>;
}

/**
 * A URL as people may see it, wherever one is printed: scheme, host and port, and `***` for the
 * rest, which may be a secret as a whole, as the path of a chat's hook is. Variables of what is no
 * URL yet, such as `https://${HOST}/hook`, stand by their names.
 */
export function maskedURL(written: string): string {
  const found: string[] = [];
  // each variable as one character: its default may hold any of a URL's own
  const text = written.replace(variables, (_, name: string, fallback?: string) => {
    const shown = fallback === undefined ? "" : `:-${maskedURL(fallback)}`;
    return String.fromCharCode(firstStandIn + found.push(`\${${name}${shown}}`) - 1);
  });
  const [, scheme = "", authority = "", rest = ""] =
    /^([^:/?#]+:\/\/)?([^/?#]*)(.*)$/s.exec(text) ?? [];
  const host = authority.slice(authority.lastIndexOf("@") + 1);
  const masked = `${scheme}${host}${rest === "" || rest === "/" ? rest : `/${mask}`}`;
  return masked.replace(standIns, (standIn) => found[standIn.charCodeAt(0) - firstStandIn] ?? "");
}

/** A text with all URLs in it as people may see them. */
export function maskURLs(text: string): string {
  return text.replace(urls, maskedURL);
}

/** Characters that Unicode leaves to private use stand in for variables. */
const firstStandIn = 0xe000;
const standIns = /[\ue000-\uf8ff]/g;

function masked(value: unknown, written: unknown, secret: boolean): unknown {
  if (typeof value === "string") return maskedText(value, written, secret);
  if (Array.isArray(value)) {
    return value.map((inner, index) => masked(inner, memberOf(written, index), secret));
  }
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value).map(([name, inner]) => {
      const hidden = secret || isSecretName(name);
      const asWritten = memberOf(written, name);
      if (name === "url" && typeof inner === "string" && !hidden) {
        return [name, maskedURL(typeof asWritten === "string" ? asWritten : inner)];
      }
      return [name, masked(inner, asWritten, hidden)];
    });
    return Object.fromEntries(members);
  }
  return secret && value !== undefined && value !== null ? mask : value;
}

function maskedText(effective: string, written: unknown, secret: boolean): string {
  const text = typeof written === "string" ? written : effective;
  const name = variable.exec(text)?.[1];
  if (secret) return name === undefined ? mask : `\${${name}}`;
  return maskURLs(text);
}

function memberOf(value: unknown, name: string | number): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string | number, unknown>)[name]
    : undefined;
}
