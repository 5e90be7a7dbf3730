import { CallerError } from "./caller_error.ts";
import type { CallerRequest } from "./caller_request.ts";
import { sameText } from "../../values/same_text.ts";

/** A header that every request has to bring. */
export interface HeaderTokenSettings {
  readonly header: string;
  /** Its whole value, such as `Bearer ...`. */
  readonly value: string;
}

/**
 * Makes the check of a token in a header, which a proxy in front of the router adds: OpenIM itself
 * sends no header of one's own.
 */
export function headerToken(
  { header, value }: HeaderTokenSettings,
): (request: CallerRequest) => void {
  const same = sameText(value);
  return (request) => {
    const given = request.headers.get(header);
    if (given === null) throw new CallerError("noProof", `there is no header ${header}`);
    if (!same(given)) throw new CallerError("noProof", `the token in ${header} is wrong`);
  };
}
