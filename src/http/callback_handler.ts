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
import type { Plugin } from "../extension/define_plugin.ts";
import type { Registry } from "../plugins/registry.ts";
import {
  type Answer,
  answerCallback,
  type AnswerContext,
  type CallbackEvents,
} from "./answer_callback.ts";
import type { CallbackWatcher } from "./callback_watch.ts";
import type { Connection } from "./connections.ts";
import type { Door } from "./auth/caller_auth.ts";
import { takenCodings } from "./content_coding.ts";
import { CallerError } from "./auth/caller_error.ts";
import { readBody } from "./read_body.ts";

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

/** Answers a request that has come on a connection. */
export type CallbackHandler = (request: Request, connection: Connection) => Promise<Response>;

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

/** One request and its answer. */
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

  async answered(): Promise<Response> {
    this.#context.underWay.begin();
    try {
      return this.#write(await this.#answer());
    } catch (error) {
      return this.#turnAway(error);
    } finally {
      this.#end();
    }
  }

  async #answer(): Promise<Answer> {
    const request = this.#request;
    const path = this.#context.door.admit(request, this.#connection.address);
    if (request.method !== "POST") {
      throw new RequestError("wrongMethod", `the method is ${request.method}`);
    }
    const contentType = request.headers.get("content-type") ?? "";
    if (!/^application\/json\s*(?:;|$)/i.test(contentType)) {
      throw new RequestError("notJson", `the content type is "${contentType}"`);
    }
    return await this.#answerTo(path, await this.#body());
  }

  async #body(): Promise<string> {
    const began = this.#connection.beginBody();
    try {
      return await readBody(this.#request, this.#context.routing.bodyLimit);
    } finally {
      this.#connection.endBody(began);
    }
  }

  #answerTo(path: string, body: string): Answer | Promise<Answer> {
    const { routing, inFlight, inFlightLimit } = this.#context;
    const request = this.#request;
    const header = (name: string) => request.headers.get(name) ?? undefined;
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
    const operationID = turnedAway.operationID ?? traceable(request.headers.get("operationid")) ??
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

function respond(status: number, body: string, operationID: string): Response {
  const headers = { "content-type": "application/json", operationid: operationID };
  return new Response(body, { status, headers });
}

/** The last-resort answer, if even turning a request away has failed. */
export function lastResort(nextCode: NextCodeStyle): Response {
  const error = new RequestError("internal", "see the router's log");
  return respond(error.status, encodeRequestError(error, nextCode), "");
}

/** The value of `?command=`; most URLs have no query. */
function commandParameter(url: string): string | undefined {
  return url.includes("?") ? getQueryParam(url, "command") as string | undefined : undefined;
}
