/**
 * The listener that OpenIM posts to: from an HTTP request to an answer that OpenIM can read.
 *
 * @module
 */
import { Hono } from "hono";
import type { Chain } from "../chain/chain.ts";
import type { Clock } from "../chain/clock.ts";
import type { Deliveries } from "../chain/deliveries.ts";
import { decode, traceable } from "../openim/decode.ts";
import { encode, encodeRequestError, type NextCodeStyle } from "../openim/encode.ts";
import { RequestError } from "../openim/request_error.ts";
import type { Registry } from "../plugins/registry.ts";
import { answerCallback, type AnswerContext, type CallbackEvents } from "./answer_callback.ts";
import type { CallbackWatcher } from "./callback_watch.ts";
import type { Connection } from "./connections.ts";
import type { Door } from "./door.ts";
import { CallerError } from "./proofs/caller_error.ts";
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
  readonly door: Door;
  /** The most callbacks whose chains run at once; beyond it callers are turned away. */
  readonly inFlightLimit: number;
  readonly deliveries: Deliveries;
  readonly clock: Clock;
  readonly newOperationID: () => string;
  /** Measures every callback; without one nothing is measured. */
  readonly watcher?: CallbackWatcher | undefined;
  /** The trace that a callback belongs to; without it none is known. */
  readonly traceOf?: AnswerContext["traceOf"];
  readonly events: CallbackEvents & {
    /** A request was turned away. */
    readonly turnedAway: (
      error: RequestError,
      request: TurnedAwayRequest,
    ) => void;
  };
}

/** What is known of a request that was turned away; holds no secret. */
export interface TurnedAwayRequest {
  readonly path: string;
  readonly operationID: string;
  /** The address of the caller. */
  readonly caller: string;
  /** What the caller is not told: which proof was missing. */
  readonly reason?: string;
}

/** The listener's Hono app; its environment is the connection that a request has come on. */
export type CallbackApp = Hono<{ Bindings: Connection }>;

const json = { "content-type": "application/json" };

/** Makes the Hono app of the callback listener. */
export function createCallbackApp(context: CallbackAppContext): CallbackApp {
  const { routing, door, inFlightLimit, clock, events } = context;
  const { registry, nextCode } = routing;
  const decodeContext = {
    find: registry.find,
    suggest: registry.suggest,
    newOperationID: context.newOperationID,
    now: clock.now,
  };
  // every path and method has the one handler, which reads the path itself: matching "*" and
  // composing several handlers cost as much as a chain
  const app: CallbackApp = new Hono({ getPath: () => "/" });
  let inFlight = 0;

  app.all("/", async ({ req, env: connection }) => {
    const path = door.admit(req.raw, connection.address);
    if (req.method !== "POST") {
      throw new RequestError("wrongMethod", `the method is ${req.method}`);
    }
    const contentType = req.header("content-type");
    if (!isJson(contentType)) {
      throw new RequestError("notJson", `the content type is "${contentType ?? ""}"`);
    }
    let body: string;
    connection.beginBody();
    try {
      body = await readBody(req.raw, routing.bodyLimit);
    } finally {
      connection.endBody();
    }
    // only now: slow senders are not to take the places of those who are ready
    if (inFlight >= inFlightLimit) {
      throw new RequestError("busy", `${inFlightLimit} are under way`);
    }
    inFlight++;
    connection.beginChain();
    try {
      const header = (name: string) => req.header(name);
      const { callback, known } = decode({
        path,
        commandParameter: req.query("command"),
        header,
        body,
      }, decodeContext);
      const chain = routing.chains.get(known.command)!;
      const answer = answerCallback(chain, callback, context, header);
      const { verdict, note } = answer instanceof Promise ? await answer : answer;
      const { dialect, operationID } = callback;
      return respond(200, encode(verdict, { dialect, nextCode, operationID, note }), operationID);
    } finally {
      inFlight--;
      connection.endChain();
    }
  });

  app.onError((error, { req, env: connection }) => {
    const turnedAway = error instanceof RequestError
      ? error
      : new RequestError("internal", "see the router's log", { cause: error });
    // a request that got no further than its head is traced by its header
    const operationID = turnedAway.operationID ?? traceable(req.header("operationid")) ??
      context.newOperationID();
    events.turnedAway(turnedAway, {
      path: door.shownPath(req.raw),
      operationID,
      caller: door.callerOf(req.raw, connection.address),
      ...(turnedAway instanceof CallerError ? { reason: turnedAway.reason } : {}),
    });
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

/** The answer where not even the app's own handling of errors has worked. */
export function lastResort(nextCode: NextCodeStyle): Response {
  const error = new RequestError("internal", "see the router's log");
  return respond(error.status, encodeRequestError(error, nextCode), "");
}

function isJson(contentType: string | undefined): boolean {
  return contentType !== undefined && /^application\/json\s*(?:;|$)/i.test(contentType);
}
