import type { Clock } from "./chain/clock.ts";
import { splitAddress } from "./config/listen_address.ts";
import { besideRules, type LoadedRules } from "./config/load_rules.ts";
import { milliseconds } from "./duration.ts";
import { lastResort } from "./http/callback_app.ts";
import { CertificateError } from "./http/certificate.ts";
import type { Connection } from "./http/connections.ts";
import type { Door } from "./http/door.ts";
import {
  type Listener,
  type ListenerContext,
  type ListenerEvents,
  startListener,
} from "./http/listener.ts";
import { lostLimits, startPublishedListener } from "./http/published_listener.ts";
import { ServeConnectionError } from "./http/serve_connection.ts";
import { fileError, listenError } from "./start_error.ts";

/** What the listener for OpenIM is handed. */
export interface CallbackListenerContext {
  readonly app: { fetch(request: Request, connection: Connection): Response | Promise<Response> };
  readonly door: Door;
  readonly clock: Clock;
  readonly events: ListenerEvents & {
    /** This Deno lets nobody bound these: settings of the rules file, or what they do. */
    readonly limitsLost: (lost: readonly string[]) => void;
  };
}

/**
 * Listens where and how a rules file says.
 *
 * @throws {StartError} when the address cannot be listened on or the certificate cannot be used.
 */
export async function openCallbackListener(
  { file, settings: { server } }: Pick<LoadedRules, "file" | "settings">,
  { app, door, clock, events }: CallbackListenerContext,
): Promise<Listener> {
  const { listen, limits, nextCode } = server;
  const tls = server.tls && {
    certificate: besideRules(file, server.tls.certificate),
    key: besideRules(file, server.tls.key),
  };
  const settings = {
    ...splitAddress(listen),
    limits: {
      headWithin: milliseconds(limits.headWithin),
      bodyWithin: milliseconds(limits.bodyWithin),
      idle: milliseconds(limits.idle),
      connections: limits.connections,
      connectionsPerCaller: limits.connectionsPerCaller,
    },
    tls,
  };
  const context: ListenerContext = {
    handler: (request, connection) => app.fetch(request, connection),
    onError: () => lastResort(nextCode),
    isProxy: door.isProxy,
    clock,
    events,
  };
  try {
    return await startListener(settings, context).catch(async (error) => {
      if (!(error instanceof ServeConnectionError)) throw error;
      const listener = await startPublishedListener(settings, context);
      events.limitsLost(lostLimits);
      return listener;
    });
  } catch (error) {
    if (error instanceof CertificateError) {
      throw fileError("server.tls", error.message, error.cause);
    }
    // the key may be that of another certificate
    if (error instanceof Deno.errors.InvalidData) {
      throw fileError("server.tls", server.tls!.certificate, error);
    }
    throw listenError("server.listen", listen, error);
  }
}
