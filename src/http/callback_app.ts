/**
 * The app that OpenIM posts to: from an HTTP request to an answer that OpenIM can read.
 *
 * @module
 */
import { type Context, Hono, type MiddlewareHandler } from "hono";
import { basePath } from "hono/route";
import { encode } from "../openim/encode.ts";
import { RequestError } from "../openim/request_error.ts";
import { answerCallback } from "./answer_callback.ts";
import type { CallerRequest } from "./auth/caller_request.ts";
import type { CallbackAppContext, CallbackEnv } from "./callback_env.ts";
import { readBody } from "./read_body.ts";
import { commandParameter, owedOf, respond, turnAway } from "./turn_away.ts";

type Step = MiddlewareHandler<CallbackEnv>;

/**
 * Makes the app. What a middleware throws becomes an answer that OpenIM can read.
 *
 * @param around what is done around everything else, such as tracing.
 */
export function createCallbackApp(
  context: CallbackAppContext,
  around: MiddlewareHandler = (_context, next) => next(),
): Hono<CallbackEnv> {
  return new Hono<CallbackEnv>()
    .onError(turnAway(context))
    .use(around)
    .use(holdRules(context))
    .use(checkCaller(context))
    .use(checkHead)
    .use(readCallback)
    .use(limitInFlight(context))
    .all("*", runChain(context));
}

/** Answers a request by the rules that are in force when it comes; they stay until its answer. */
function holdRules(context: CallbackAppContext): Step {
  return async (c, next) => {
    const rules = context.rules();
    c.set("rules", rules);
    rules.begin();
    try {
      await next();
    } finally {
      rules.end();
    }
  };
}

/** Who may call. */
function checkCaller({ auth }: CallbackAppContext): Step {
  return async (c, next) => {
    const { incoming, remoteAddr } = c.env ?? {};
    const peer = incoming?.socket.remoteAddress ??
      (remoteAddr && "hostname" in remoteAddr ? remoteAddr.hostname : "");
    c.set("peer", peer);
    c.set("request", withoutBase(c));
    c.set("path", auth.admit(c.var.request, peer));
    await next();
  };
}

/** Callbacks are posted, as JSON. */
const checkHead: Step = async ({ req }, next) => {
  if (req.method !== "POST") throw new RequestError("wrongMethod", `the method is ${req.method}`);
  const contentType = req.header("content-type") ?? "";
  if (!/^application\/json\s*(?:;|$)/i.test(contentType)) {
    throw new RequestError("notJson", `the content type is "${contentType}"`);
  }
  await next();
};

/** Reads the body and finds out what it calls back about, its operation ID included. */
const readCallback: Step = async (c, next) => {
  const { rules, request, path } = c.var;
  const body = await readBody(c.req.raw, c.env?.incoming ?? c.req.raw.body ?? [], rules.bodyLimit);
  const { callback, known, place } = rules.decode({
    path,
    commandParameter: commandParameter(request.url),
    header: (name) => c.req.header(name),
    body,
  });
  c.set("callback", callback);
  c.set("chain", rules.chains.get(known.command)!);
  rules.versionWatch?.see({ callback, place, sentBy: known.webhook });
  await next();
};

/** How many chains run at once. Behind the body: slow senders must not take the places of others. */
function limitInFlight({ inFlight }: CallbackAppContext): Step {
  return async (c, next) => {
    const { inFlightLimit } = c.var.rules;
    if (inFlight.count >= inFlightLimit) {
      throw new RequestError("busy", `${inFlightLimit} are under way`, owedOf(c));
    }
    inFlight.count++;
    try {
      await next();
    } finally {
      inFlight.count--;
    }
  };
}

/** Runs the chain, and writes its verdict as OpenIM reads it. */
function runChain(context: CallbackAppContext) {
  return async (c: Context<CallbackEnv>): Promise<Response> => {
    const { callback, chain, rules: { nextCode } } = c.var;
    const header = (name: string) => c.req.header(name);
    const { verdict, note } = await answerCallback(chain, callback, context, header);
    const { dialect, operationID } = callback;
    const body = encode(verdict, { dialect, nextCode, operationID, note });
    return respond({ status: 200, body, operationID });
  };
}

/** The request without the path that another app has mounted this one at. */
function withoutBase(c: Context<CallbackEnv>): CallerRequest {
  const { raw } = c.req;
  const base = basePath(c);
  if (base === "" || base === "/") return raw;
  const { origin, pathname, search } = new URL(raw.url);
  // counted in segments: the base is decoded, the path is as it came
  const inner = pathname.split("/").slice(base.split("/").length);
  return { url: [origin, ...inner].join("/") + search, headers: raw.headers };
}
