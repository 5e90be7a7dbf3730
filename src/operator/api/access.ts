/**
 * Who may see the operator's pages.
 *
 * @module
 */
import { isIP } from "node:net";
import type { MiddlewareHandler } from "hono";
import { bearerAuth } from "hono/bearer-auth";
import { sameText } from "../../values/same_text.ts";

/** Lets in who sends the token as `Authorization: Bearer ...`. */
export function requireToken(token: string): MiddlewareHandler {
  return bearerAuth({
    realm: "operator",
    verifyToken: sameText(token),
    noAuthenticationHeader: { message: { error: "send the token: Authorization: Bearer ..." } },
    invalidAuthenticationHeader: { message: { error: "expected Authorization: Bearer ..." } },
    invalidToken: { message: { error: "this is not the token" } },
  });
}

/** Methods that change nothing. */
const reading: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Refuses changes that the page of another site asks for through a browser, whatever their content
 * type. A token does not help here: a browser may hold it and send it along.
 */
export const refuseForeignChanges: MiddlewareHandler = async ({ req, json }, next) => {
  const foreign = isForeignSite(req.header("sec-fetch-site")) ||
    isForeignOrigin(req.header("origin"), new URL(req.url).host);
  if (foreign && !reading.has(req.method)) {
    return json({ error: "changes that pages of other sites ask for are not made" }, 403);
  }
  await next();
};

/**
 * Turns away what a web page sends through the browser of somebody on this machine. Without a token
 * only this machine can connect, but that is where browsers run: a page may post to any address,
 * and read from one to which it makes its own name resolve.
 */
export const refuseWebPages: MiddlewareHandler = async ({ req, json }, next) => {
  if (isForeignSite(req.header("sec-fetch-site"))) {
    return json({ error: "requests of other web pages are not taken" }, 403);
  }
  if (!isOwnName(new URL(req.url).hostname)) {
    return json({ error: "without a token only an address or localhost is taken as host" }, 403);
  }
  await next();
};

/** Browsers of today say it of every request; what is no browser says nothing. */
function isForeignSite(site: string | undefined): boolean {
  return site !== undefined && site !== "same-origin" && site !== "none";
}

/**
 * Whether an origin is of another host than the one that was asked. The scheme is left out: a proxy
 * may add TLS. An origin that is no URL, such as `null`, is foreign.
 */
function isForeignOrigin(origin: string | undefined, host: string): boolean {
  return origin !== undefined && URL.parse(origin)?.host !== host;
}

function isOwnName(hostname: string): boolean {
  return hostname === "localhost" || isIP(hostname.replace(/^\[|\]$/g, "")) !== 0;
}
