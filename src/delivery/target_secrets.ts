import type { Target } from "./target.ts";

/** Shorter texts stand in many an answer by chance; the log's own mask leaves them out as well. */
const shortest = 6;

/** Of a URL's path a segment that is as long as this is taken for a secret rather than a word. */
const tokenLength = 16;

/** Headers that a target may be sent, and that say nothing of who sends. */
const openHeaders: ReadonlySet<string> = new Set(["accept", "content-type", "user-agent"]);

/**
 * The texts with which anybody could pass for the router: the target's proofs, what signs
 * its deliveries, the values of headers, and what its URL has beyond the host; each also as JSON,
 * as a URL and without what stands before it would have it.
 *
 * @param headers those of the delivery itself.
 */
export function targetSecrets(
  { url, auth, secrets, headers: own }: Pick<Target, "url" | "auth" | "secrets" | "headers">,
  headers: Readonly<Record<string, string>> = {},
): ReadonlySet<string> {
  const values = [own, headers].flatMap(Object.entries)
    .filter(([name]) => !openHeaders.has(name.toLowerCase())).map(([, value]) => value);
  const texts = [...secrets, ...Object.values(auth), ...values, ...urlSecrets(url)];
  const forms = texts.flatMap(partsOf).flatMap(spellingsOf);
  return new Set(forms.filter(({ length }) => length >= shortest));
}

/** A secret, and what of it is one without its `whsec_`, `Bearer` or `Basic`. */
function partsOf(secret: string): readonly string[] {
  const [, scheme, inner] = /^(whsec_|\w+ )(.+)$/s.exec(secret) ?? [];
  if (inner === undefined) return [secret];
  return [secret, inner, ...scheme!.toLowerCase() === "basic " ? passwordIn(inner) : []];
}

function passwordIn(basic: string): readonly string[] {
  try {
    const both = new TextDecoder().decode(Uint8Array.fromBase64(basic));
    return [both, both.slice(both.indexOf(":") + 1)];
  } catch {
    return [];
  }
}

/** A text as it is, and as a JSON text and a URL have it. */
function spellingsOf(text: string): readonly string[] {
  return [text, JSON.stringify(text).slice(1, -1), encodeURIComponent(text.toWellFormed())];
}

function urlSecrets(text: string): readonly string[] {
  const url = URL.parse(text);
  if (url === null) return [];
  const { username, password, pathname, searchParams } = url;
  return [
    ...[username, password].flatMap((part) => [part, decoded(part)]),
    ...searchParams.values(),
    ...pathname.split("/").filter(({ length }) => length >= tokenLength),
  ];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
