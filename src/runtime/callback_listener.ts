import type { Clock } from "../chain/clock.ts";
import { splitAddress } from "../config/sections/listen_address.ts";
import { besideRules, type LoadedRules } from "../config/load/load_rules.ts";
import { milliseconds } from "../values/duration.ts";
import type { Hono } from "hono";
import type { CallerAuth } from "../http/auth/caller_auth.ts";
import type { CallbackEnv, TurnedAwayEvent } from "../http/callback_env.ts";
import { certificateErrors, type CertificateFiles } from "../http/server/certificate.ts";
import {
  type HttpServer,
  type HttpServerEvents,
  startHttpServer,
} from "../http/server/http_server.ts";
import { refusal } from "../http/turn_away.ts";
import { RequestError } from "../openim/request_error.ts";
import { bytes } from "../values/byte_size.ts";
import { fileError, listenError, type StartError } from "./start_error.ts";

/** What keeps the certificate that a rules file names from being used. */
export async function certificateProblems(
  { file, settings: { server } }: {
    readonly file: string;
    readonly settings: Pick<LoadedRules["settings"], "server">;
  },
): Promise<readonly StartError[]> {
  const { tls } = server;
  if (tls === undefined) return [];
  const errors = await certificateErrors(certificateFiles(file, tls));
  return errors.map(({ part, cause }) => fileError(["server", "tls", part], tls[part], cause));
}

function certificateFiles(
  file: string,
  { certificate, key }: NonNullable<LoadedRules["settings"]["server"]["tls"]>,
): CertificateFiles {
  return { certificate: besideRules(file, certificate), key: besideRules(file, key) };
}

/** What the listener for OpenIM needs. */
export interface CallbackListenerContext {
  readonly app: Hono<CallbackEnv>;
  readonly auth: CallerAuth;
  readonly clock: Clock;
  /** A bound beside that of the rules file: without a free file, no connection can be accepted. */
  readonly mostConnections?: number;
  readonly events: HttpServerEvents & TurnedAwayEvent;
}

/**
 * Listens where and how a rules file says.
 *
 * @throws {StartError} if the address cannot be listened on or the certificate cannot be used.
 */
export async function openCallbackListener(
  { file, settings: { server } }: Pick<LoadedRules, "file" | "settings">,
  { app, auth, clock, events, mostConnections = Infinity }: CallbackListenerContext,
): Promise<HttpServer> {
  const { listen, limits, nextCode } = server;
  try {
    return await startHttpServer({
      ...splitAddress(listen),
      limits: {
        headSize: bytes(limits.head),
        headWithin: milliseconds(limits.headWithin),
        bodyWithin: milliseconds(limits.bodyWithin),
        idle: milliseconds(limits.idle),
        connections: Math.min(limits.connections, mostConnections),
        connectionsPerCaller: limits.connectionsPerCaller,
      },
      tls: server.tls && certificateFiles(file, server.tls),
    }, {
      fetch: (request, bindings) => app.fetch(request, bindings),
      refuse(problem, caller, cause) {
        const error = new RequestError(problem, "it is no request that a callback can be", {
          cause,
        });
        const operationID = crypto.randomUUID();
        events.turnedAway(error, { path: "", operationID, caller });
        return refusal(error, { nextCode, operationID });
      },
      isProxy: auth.isProxy,
      clock,
      events,
    });
  } catch (error) {
    const [problem] = await certificateProblems({ file, settings: { server } });
    throw problem ?? listenError("server", listen, error);
  }
}
