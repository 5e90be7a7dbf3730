import type { IncomingMessage } from "node:http";
import type { Chain } from "../chain/chain.ts";
import type { Plugin } from "../extension/define_plugin.ts";
import type { Callback } from "../openim/callback.ts";
import type { Decode } from "../openim/decode.ts";
import type { NextCodeStyle } from "../openim/encode.ts";
import type { RequestError } from "../openim/request_error.ts";
import type { VersionWatch } from "../openim/version_watch.ts";
import type { Registry } from "../plugins/registry.ts";
import type { AnswerContext } from "./answer_callback.ts";
import type { CallerAuth } from "./auth/caller_auth.ts";
import type { CallerRequest } from "./auth/caller_request.ts";

/** The rules that requests are answered by. */
export interface AnsweringRules {
  readonly registry: Registry;
  readonly chains: ReadonlyMap<string, Chain>;
  readonly decode: Decode<Plugin>;
  /** How `nextCode` is written. */
  readonly nextCode: NextCodeStyle;
  /** What a before-callback without proof gets; "continue" by default. */
  readonly unproven?: "continue" | "refuse" | undefined;
  /** The largest body that is taken, bytes. */
  readonly bodyLimit: number;
  /** The most callbacks whose chains run at once; beyond it callers are turned away. */
  readonly inFlightLimit: number;
  /** Compares requests with the version of OpenIM that the rules file names, if it names one. */
  readonly versionWatch?: VersionWatch | undefined;
  /** A request needs these rules, until {@link end}. */
  begin(): void;
  end(): void;
}

/** What the app needs. */
export interface CallbackAppContext extends Omit<AnswerContext, "events"> {
  /** The rules that are in force now. */
  readonly rules: () => AnsweringRules;
  readonly auth: CallerAuth;
  /** The callbacks whose chains run, by whatever rules. */
  readonly inFlight: { count: number };
  readonly newOperationID: () => string;
  readonly events: AnswerContext["events"] & TurnedAwayEvent;
}

/** What the app knows of a request on its way. */
export interface CallbackEnv {
  /** What a server says of a connection: that of `@hono/node-server`, or `Deno.serve`. */
  readonly Bindings: {
    readonly incoming?: IncomingMessage;
    readonly remoteAddr?: Deno.Addr;
  };
  readonly Variables: {
    rules: AnsweringRules;
    /** The address of the connection's other end. */
    peer: string;
    /** The request as it is without what stands in front of the app. */
    request: CallerRequest;
    /** Its path without the secret, once the caller is let in. */
    path: string;
    callback: Callback;
    chain: Chain;
  };
}

/** What is known of a request that was turned away; holds no secret. */
export interface TurnedAwayRequest {
  readonly path: string;
  readonly operationID: string;
  /** The canonical name of its command, if it names one that exists. */
  readonly command?: string | undefined;
  /** The address of the caller. */
  readonly caller: string;
  /** The status of the answer, if it is not the problem's own. */
  readonly status?: number;
  /** What the caller does not learn: which proof was missing. */
  readonly reason?: string;
}

/** What is reported of requests without a verdict. */
export interface TurnedAwayEvent {
  /** A request was turned away. */
  readonly turnedAway: (error: RequestError, request: TurnedAwayRequest) => void;
}
