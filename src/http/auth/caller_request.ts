/**
 * What the proofs look at of a request: its head. The body is not read before the caller is let in.
 *
 * The URL is the one below whatever path the app is mounted at.
 *
 * @module
 */

/** A request, as far as its caller has to prove something. */
export interface CallerRequest {
  readonly url: string;
  readonly headers: Pick<Headers, "get">;
}
