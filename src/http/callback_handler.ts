/**
 * The listener that OpenIM posts to: from an HTTP request to an answer that OpenIM can read.
 *
 * @module
 */
import { getPath, getQueryParam } from "hono/utils/url";
import type { Chain } from "../chain/chain.ts";
import type { Clock } from "../chain/clock.ts";
import type { Deliveries } from "../chain/deliveries.ts";
import { echoed } from "../openim/answer_duties.ts";
import type { Callback } from "../openim/callback.ts";
import { commandInURL, createDecoder, type Decode, traceable } from "../openim/decode.ts";
import {
  encode,
  encodeRefusedRequest,
  encodeRequestError,
  type NextCodeStyle,
} from "../openim/encode.ts";
import { RequestError } from "../openim/request_error.ts";
import type { VersionWatch } from "../openim/version_watch.ts";
import type { Plugin } from "../plugins/define_plugin.ts";
import type { Registry } from "../plugins/registry.ts";
import {
  type Answer,
  answerCallback,
  type AnswerContext,
  type CallbackEvents,
} from "./answer_callback.ts";
import type { CallbackWatcher } from "./callback_watch.ts";
import type { Connection } from "./connections.ts";
import type { Door } from "./door.ts";
import { takenCodings } from "./content_coding.ts";
import { CallerError } from "./proofs/caller_error.ts";
import { readBody } from "./read_body.ts";
import { headerOf } from "./request_shortcut.ts";

/** What the listener needs to know of the rules in force. */
export interface Routing {
  readonly registry: Registry;
  readonly chains: ReadonlyMap<string, Chain>;
  readonly nextCode: NextCodeStyle;
  /** What a before-callback without proof gets; "continue" by default. */
  readonly unproven?: "continue" | "refuse" | undefined;
  /** The largest body that is taken, bytes. */
  readonly bodyLimit: number;
  /** The version of the servers that call, where it is known. */
  readonly version?: string | undefined;
}

/** Is told of every request that the rules in force are needed for, until it needs them no more. */
export interface UnderWay {
  begin(): void;
  end(): void;
}

/** What the listener is handed. */
export interface CallbackHandlerContext {
  readonly routing: Routing;
  readonly underWay: UnderWay;
  readonly door: Door;
  /** The most callbacks whose chains run at once; beyond it callers are turned away. */
  readonly inFlightLimit: number;
  /** Those whose chains run, also by rules that were replaced in the meantime. */
  readonly inFlight: InFlight;
  readonly deliveries: Deliveries;
  readonly clock: Clock;
  readonly newOperationID: () => string;
  /** Measures every callback; without one nothing is measured. */
  readonly watcher?: CallbackWatcher | undefined;
  /** Compares requests with the version of OpenIM that the rules file names, where it names one. */
  readonly versionWatch?: VersionWatch | undefined;
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

/** The callbacks whose chains run. */
export interface InFlight {
  count: number;
}

/** What is known of a request that was turned away; holds no secret. */
export interface TurnedAwayRequest {
  readonly path: string;
  readonly operationID: string;
  /** The canonical name of its command, where it names one that there is. */
  readonly command?: string | undefined;
  /** The address of the caller. */
  readonly caller: string;
  /** The status of the answer, if it is not the problem's own. */
  readonly status?: number;
  /** What the caller is not told: which proof was missing. */
  readonly reason?: string;
}

/** Answers a request that has come on a connection; a promise where something is waited for. */
export type CallbackHandler = (
  request: Request,
  connection: Connection,
) => Response | Promise<Response>;

const json = { "content-type": "application/json" };

/**
 * Makes what answers the callback listener's requests. Every path and method has this one handler,
 * which reads the path itself: a router has nothing to choose here, and costs as much as a rule.
 */
export function createCallbackHandler(context: CallbackHandlerContext): CallbackHandler {
  const { routing, clock } = context;
  const decode = createDecoder({
    find: routing.registry.find,
    suggest: routing.registry.suggest,
    newOperationID: context.newOperationID,
    now: clock.now,
    version: routing.version,
  });
  return (request, connection) => new Exchange(context, decode, request, connection).answered();
}

/**
 * One request and its answer. Most are answered without waiting for anything, and so without the
 * promises that an async function would make for each of them.
 */
class Exchange {
  readonly #context: CallbackHandlerContext;
  readonly #decode: Decode<Plugin>;
  readonly #request: Request;
  readonly #connection: Connection;
  /** Once it is decoded. */
  #callback: Callback | undefined;
  #chainBegun = false;

  constructor(
    context: CallbackHandlerContext,
    decode: Decode<Plugin>,
    request: Request,
    connection: Connection,
  ) {
    this.#context = context;
    this.#decode = decode;
    this.#request = request;
    this.#connection = connection;
  }

  answered(): Response | Promise<Response> {
    this.#context.underWay.begin();
    let pending: Promise<Answer> | undefined;
    try {
      const answer = this.#answer();
      if (!(answer instanceof Promise)) return this.#write(answer);
      pending = answer;
    } catch (error) {
      return this.#turnAway(error);
    } finally {
      if (pending === undefined) this.#end();
    }
    return this.#answeredLater(pending);
  }

  async #answeredLater(pending: Promise<Answer>): Promise<Response> {
    try {
      return this.#write(await pending);
    } catch (error) {
      return this.#turnAway(error);
    } finally {
      this.#end();
    }
  }

  #answer(): Answer | Promise<Answer> {
    const { routing, door } = this.#context;
    const request = this.#request;
    const path = door.admit(request, this.#connection.address);
    if (request.method !== "POST") {
      throw new RequestError("wrongMethod", `the method is ${request.method}`);
    }
    const contentType = headerOf(request, "content-type");
    if (contentType === null || !isJson(contentType)) {
      throw new RequestError("notJson", `the content type is "${contentType ?? ""}"`);
    }
    const body = readBody(request, routing.bodyLimit);
    return typeof body === "string" ? this.#answerTo(path, body) : this.#answerLater(path, body);
  }

  async #answerLater(path: string, body: Promise<string>): Promise<Answer> {
    const began = this.#connection.beginBody();
    let text: string;
    try {
      text = await body;
    } finally {
      this.#connection.endBody(began);
    }
    return this.#answerTo(path, text);
  }

  #answerTo(path: string, body: string): Answer | Promise<Answer> {
    const { routing, inFlight, inFlightLimit } = this.#context;
    const request = this.#request;
    const header = (name: string) => headerOf(request, name) ?? undefined;
    const { callback, known, place } = this.#decode({
      path,
      commandParameter: commandParameter(request.url),
      header,
      body,
    });
    this.#callback = callback;
    this.#context.versionWatch?.see({ callback, place, sentBy: known.webhook });
    // only now: slow senders are not to take the places of those who are ready
    if (inFlight.count >= inFlightLimit) {
      throw new RequestError("busy", `${inFlightLimit} are under way`, this.#owed());
    }
    inFlight.count++;
    this.#connection.beginChain();
    this.#chainBegun = true;
    return answerCallback(routing.chains.get(known.command)!, callback, this.#context, header);
  }

  #write({ verdict, note }: Answer): Response {
    const { dialect, operationID } = this.#callback!;
    const { nextCode } = this.#context.routing;
    return respond(200, encode(verdict, { dialect, nextCode, operationID, note }), operationID);
  }

  #turnAway(error: unknown): Response {
    const { routing, door, events, newOperationID } = this.#context;
    const request = this.#request;
    const turnedAway = error instanceof RequestError
      ? error
      : new RequestError("internal", "see the router's log", { cause: error, ...this.#owed() });
    // a request that got no further than its head is traced by its header
    const operationID = turnedAway.operationID ?? traceable(headerOf(request, "operationid")) ??
      newOperationID();
    // of its path as it came no more than the name of a known command is told
    const named = { path: getPath(request), commandParameter: commandParameter(request.url) };
    const command = turnedAway.command ?? commandInURL(named, routing.registry.find);
    const refused = turnedAway instanceof CallerError && this.#refusesUnproven(command);
    // a proxy may put a page of its own in place of an answer that is not 200
    const status = refused ? 200 : turnedAway.status;
    events.turnedAway(turnedAway, {
      path: door.shownPath(request),
      operationID,
      command,
      ...(refused ? { status } : {}),
      caller: door.callerOf(request, this.#connection.address),
      ...(turnedAway instanceof CallerError ? { reason: turnedAway.reason } : {}),
    });
    const encoded = refused ? encodeRefusedRequest : encodeRequestError;
    const response = respond(status, encoded(turnedAway, routing.nextCode), operationID);
    if (turnedAway.problem === "wrongMethod") response.headers.set("allow", "POST");
    if (turnedAway.problem === "unknownCoding") {
      response.headers.set("accept-encoding", takenCodings);
    }
    return response;
  }

  /** Whether a request without proof is refused: only a before-callback can be. */
  #refusesUnproven(command: string | undefined): boolean {
    const { unproven, registry } = this.#context.routing;
    if (unproven !== "refuse" || this.#request.method !== "POST") return false;
    return command !== undefined && registry.find(command)?.timing === "before";
  }

  /** What is known of a callback that gets no verdict, and what its answer has to return of it. */
  #owed() {
    const callback = this.#callback;
    if (callback === undefined) return {};
    const { command, operationID } = callback;
    const { echo } = this.#context.routing.chains.get(command)!.duties;
    return { command, operationID, echo: echoed(echo, callback) };
  }

  /** Nothing is under way for this request any more. */
  #end(): void {
    const { inFlight, underWay } = this.#context;
    if (this.#chainBegun) {
      inFlight.count--;
      this.#connection.endChain();
    }
    underWay.end();
  }
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

/** The answer where not even turning a request away has worked. */
export function lastResort(nextCode: NextCodeStyle): Response {
  const error = new RequestError("internal", "see the router's log");
  return respond(error.status, encodeRequestError(error, nextCode), "");
}

/** The value of `?command=`; most URLs have no query. */
function commandParameter(url: string): string | undefined {
  return url.includes("?") ? getQueryParam(url, "command") as string | undefined : undefined;
}

/** What OpenIM sends; to compare with it takes less than the pattern for whatever others send. */
const usualContentType = "application/json; charset=utf-8";

function isJson(contentType: string): boolean {
  return contentType === usualContentType || /^application\/json\s*(?:;|$)/i.test(contentType);
}
