import type { Clock } from "../chain/clock.ts";
import { splitAddress } from "../config/sections/listen_address.ts";
import { besideRules, type LoadedRules } from "../config/load/load_rules.ts";
import { milliseconds } from "../values/duration.ts";
import { type CallbackHandler, lastResort } from "../http/callback_handler.ts";
import { certificateErrors, type CertificateFiles } from "../http/server/certificate.ts";
import type { Door } from "../http/auth/caller_auth.ts";
import {
  type Listener,
  type ListenerContext,
  type ListenerEvents,
  startListener,
} from "../http/listener.ts";
import { lostLimits, startPublishedListener } from "../http/published_listener.ts";
import { ServeConnectionError } from "../http/serve_connection.ts";
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

/** What the listener for OpenIM is handed. */
export interface CallbackListenerContext {
  readonly answer: CallbackHandler;
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
 * @throws {StartError} if the address cannot be listened on or the certificate cannot be used.
 */
export async function openCallbackListener(
  { file, settings: { server } }: Pick<LoadedRules, "file" | "settings">,
  { answer, door, clock, events }: CallbackListenerContext,
): Promise<Listener> {
  const { listen, limits, nextCode } = server;
  const tls = server.tls && certificateFiles(file, server.tls);
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
    handler: answer,
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
    const [problem] = await certificateProblems({ file, settings: { server } });
    throw problem ?? listenError("server", listen, error);
  }
}
