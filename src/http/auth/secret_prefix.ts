/**
 * A secret as the first segment of the path, `https://host/<secret>/callbackX`: the one proof that
 * every OpenIM can give. It writes the command behind the whole URL, so a token in a query of its
 * own would become `?token=abc/callbackX`.
 *
 * @module
 */
import { CallerError } from "./caller_error.ts";
import { sameText } from "../../values/same_text.ts";

/** Takes the secret off a path. */
export interface SecretPrefix {
  /**
   * The path behind the secret, `/` at least.
   *
   * @throws {CallerError} when the path starts with none of the secrets.
   */
  strip(path: string): string;
}

/** Makes the proof; several secrets are right at once while one takes over from another. */
export function secretPrefix(secrets: readonly string[]): SecretPrefix {
  const comparisons = secrets.map(sameText);
  return {
    strip(path) {
      const start = firstCharacter(path);
      const slash = path.indexOf("/", start);
      const end = slash === -1 ? path.length : slash;
      const segment = path.slice(start, end);
      let right = false;
      // each of them is compared: the time must not show which one was right
      for (const same of comparisons) right = same(segment) || right;
      if (!right) throw new CallerError("noProof", "the path does not start with the secret");
      return slash === -1 ? "/" : path.slice(end);
    },
  };
}

/** Behind the leading slashes, of which a URL with a slash at its end makes two. */
function firstCharacter(path: string): number {
  let at = 0;
  while (path.charCodeAt(at) === 0x2f) at++;
  return at;
}
