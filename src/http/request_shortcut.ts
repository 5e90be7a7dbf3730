/**
 * A request's headers and body, read where Deno's server keeps them. `request.headers` makes the
 * server copy every header before the request ends, and `request.text()` goes through a stream's
 * promises though the body is there: together they cost a callback as much as its whole chain.
 *
 * Deno has not published that place: this file alone knows where it is. A request without it, of
 * another Deno or made by hand, is read by what is published, and to the same effect.
 *
 * @module
 */

/** What Deno's server keeps of a request. */
interface ServedRequest {
  header(name: string): string | null;
  /** Null where not all of the body has come, or where it has been looked at. */
  consumeTextBody(): string | null;
}

/** Under which Deno keeps it; the same one for all requests. */
let place: symbol | undefined;

function served(request: Request): ServedRequest | undefined {
  place ??= Object.getOwnPropertySymbols(request).find(({ description }) =>
    description === "request"
  );
  if (place === undefined) return undefined;
  const kept = (request as unknown as Readonly<Record<symbol, Partial<ServedRequest> | undefined>>)[
    place
  ];
  const whole = typeof kept?.header === "function" && typeof kept.consumeTextBody === "function";
  return whole ? kept as ServedRequest : undefined;
}

/**
 * A header's value as `request.headers.get` gives it: several of one name joined with `", "`, null
 * where there is none.
 *
 * @throws {TypeError} once the request is answered.
 */
export function headerOf(request: Request, name: string): string | null {
  const kept = served(request);
  return kept === undefined ? request.headers.get(name) : kept.header(name);
}

/**
 * The body's text where all of it has come, which takes it from the request; null where it has to
 * be waited for, as `request.text()` does. What is no UTF-8 stands in it as U+FFFD, one for each
 * part that is not; unlike `request.text()` it keeps a byte order mark.
 */
export function textAtHand(request: Request): string | null {
  return served(request)?.consumeTextBody() ?? null;
}
