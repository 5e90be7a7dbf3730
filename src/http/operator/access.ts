/**
 * Who may see the operator's pages.
 *
 * @module
 */
import { createHash, timingSafeEqual } from "node:crypto";
import { isIP } from "node:net";
import type { MiddlewareHandler } from "hono";
import { bearerAuth } from "hono/bearer-auth";

/** Lets in who sends the token as `Authorization: Bearer ...`. */
export function requireToken(token: string): MiddlewareHandler {
  const expected = digest(token);
  return bearerAuth({
    realm: "operator",
    // digests are of one length, so that the time tells nothing of the token's
    verifyToken: (given) => timingSafeEqual(digest(given), expected),
    noAuthenticationHeader: { message: { error: "send the token: Authorization: Bearer ..." } },
    invalidAuthenticationHeader: { message: { error: "expected Authorization: Bearer ..." } },
    invalidToken: { message: { error: "this is not the token" } },
  });
}

function digest(text: string): Uint8Array {
  return createHash("sha256").update(text).digest();
}

/**
 * Turns away what a web page sends through the browser of somebody on this machine. Without a token
 * only this machine can connect, but that is where browsers run: a page may post to any address,
 * and read from one to which it makes its own name resolve.
 */
export const refuseWebPages: MiddlewareHandler = async ({ req, json }, next) => {
  const site = req.header("sec-fetch-site");
  if (site !== undefined && site !== "same-origin" && site !== "none") {
    return json({ error: "requests of other web pages are not taken" }, 403);
  }
  if (!isOwnName(new URL(req.url).hostname)) {
    return json({ error: "without a token only an address or localhost is taken as host" }, 403);
  }
  await next();
};

function isOwnName(hostname: string): boolean {
  return hostname === "localhost" || isIP(hostname.replace(/^\[|\]$/g, "")) !== 0;
}
