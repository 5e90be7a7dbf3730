/**
 * The listener that OpenIM posts to: from an HTTP request to an answer that OpenIM can read.
 *
 * @module
 */
import { Hono } from "hono";
import { getPath } from "hono/utils/url";
import type { Chain } from "../chain/chain.ts";
import type { Clock } from "../chain/clock.ts";
import type { Deliveries } from "../chain/deliveries.ts";
import { decode, traceable } from "../openim/decode.ts";
import { encode, encodeRequestError, type NextCodeStyle } from "../openim/encode.ts";
import { RequestError } from "../openim/request_error.ts";
import type { Registry } from "../plugins/registry.ts";
import { answerCallback, type CallbackEvents } from "./answer_callback.ts";
import type { CallbackWatcher } from "./callback_watch.ts";
import { readBody } from "./read_body.ts";

/** What the listener needs to know of the rules in force. */
export interface Routing {
  readonly registry: Registry;
  readonly chains: ReadonlyMap<string, Chain>;
  readonly nextCode: NextCodeStyle;
  /** The largest body that is taken, bytes. */
  readonly bodyLimit: number;
}

/** What the listener is handed. */
export interface CallbackAppContext {
  readonly routing: Routing;
  readonly deliveries: Deliveries;
  readonly clock: Clock;
  readonly newOperationID: () => string;
  /** Measures every callback; without one nothing is measured. */
  readonly watcher?: CallbackWatcher | undefined;
  readonly events: CallbackEvents & {
    /** A request was turned away. */
    readonly turnedAway: (
      error: RequestError,
      request: { readonly path: string; readonly operationID: string },
    ) => void;
  };
}

const json = { "content-type": "application/json" };

/** Makes the Hono app of the callback listener. */
export function createCallbackApp(context: CallbackAppContext): Hono {
  const { routing, clock, events } = context;
  const { registry, nextCode } = routing;
  const decodeContext = {
    find: registry.find,
    suggest: registry.suggest,
    newOperationID: context.newOperationID,
    now: clock.now,
  };
  // every path and method has the one handler, which reads the path itself: matching "*" and
  // composing several handlers cost as much as a chain
  const app = new Hono({ getPath: () => "/" });

  app.all("/", async ({ req }) => {
    if (req.method !== "POST") {
      throw new RequestError("wrongMethod", `the method is ${req.method}`);
    }
    const contentType = req.header("content-type");
    if (!isJson(contentType)) {
      throw new RequestError("notJson", `the content type is "${contentType ?? ""}"`);
    }
    const { callback, known } = decode({
      path: getPath(req.raw),
      commandParameter: req.query("command"),
      header: (name) => req.header(name),
      body: await readBody(req.raw, routing.bodyLimit),
    }, decodeContext);
    const chain = routing.chains.get(known.command)!;
    const answer = answerCallback(chain, callback, context);
    const { verdict, note } = answer instanceof Promise ? await answer : answer;
    const { dialect, operationID } = callback;
    return respond(200, encode(verdict, { dialect, nextCode, operationID, note }), operationID);
  });

  app.onError((error, { req }) => {
    const turnedAway = error instanceof RequestError
      ? error
      : new RequestError("internal", "see the router's log", { cause: error });
    // a request that got no further than its head is traced by its header
    const operationID = turnedAway.operationID ?? traceable(req.header("operationid")) ??
      context.newOperationID();
    events.turnedAway(turnedAway, { path: getPath(req.raw), operationID });
    const body = encodeRequestError(turnedAway, nextCode);
    const response = respond(turnedAway.status, body, operationID);
    if (turnedAway.problem === "wrongMethod") response.headers.set("allow", "POST");
    return response;
  });
  return app;
}

/**
 * Deno has a short way for a response whose only header at its making is this content type; a
 * second one there costs as much as the whole chain, added afterwards it does not.
 */
function respond(status: number, body: string, operationID: string): Response {
  const response = new Response(body, { status, headers: json });
  response.headers.append("operationid", operationID);
  return response;
}

function isJson(contentType: string | undefined): boolean {
  return contentType !== undefined && /^application\/json\s*(?:;|$)/i.test(contentType);
}
