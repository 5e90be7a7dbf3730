import type { IncomingHttpHeaders } from "node:http";
import { Client, type Dispatcher, errors } from "undici";

/**
 * A connection that had served an earlier request broke before a byte of the answer to this one
 * came, or was closed with a 408. Targets close connections that they kept open, by a time of their
 * own or when they restart: that says nothing of whether they take requests.
 */
export class StaleConnectionError extends Error {
  override readonly name = "StaleConnectionError";

  constructor(cause: Error) {
    super(cause.message, { cause });
  }
}

/**
 * A client with one connection at a time. If that has served a request before and breaks, it says so
 * with a {@link StaleConnectionError}; what happens on a new connection is passed on as it is.
 */
export class ReuseWatch extends Client {
  /** How many requests the connection has been given. */
  #served = 0;

  constructor(...args: ConstructorParameters<typeof Client>) {
    super(...args);
    this.on("connect", () => this.#served = 0);
  }

  override dispatch(
    options: Dispatcher.DispatchOptions,
    handler: Dispatcher.DispatchHandler,
  ): boolean {
    let reused = false;
    let answered = false;
    return super.dispatch(options, {
      onRequestStart: (controller, context) => {
        reused = this.#served++ > 0;
        handler.onRequestStart?.(controller, context);
      },
      // the first byte of an answer
      onResponseStarted() {
        answered = true;
        handler.onResponseStarted?.();
      },
      onRequestUpgrade: (...args) => handler.onRequestUpgrade?.(...args),
      onResponseStart(controller, status, headers, ...rest) {
        if (reused && closesIdle(status, headers)) {
          return controller.abort(new StaleConnectionError(new Error("closed with a 408")));
        }
        handler.onResponseStart?.(controller, status, headers, ...rest);
      },
      onResponseData: (...args) => handler.onResponseData?.(...args),
      onResponseEnd: (...args) => handler.onResponseEnd?.(...args),
      onResponseError(controller, error) {
        if (error instanceof StaleConnectionError) {
          return handler.onResponseError?.(controller, error);
        }
        const stale = reused && !answered && isBreak(error);
        handler.onResponseError?.(controller, stale ? new StaleConnectionError(error) : error);
      },
    });
  }
}

/**
 * Whether an answer says that the target had waited long enough for the next request and closes the
 * connection, which crossed the request on its way (RFC 9110, 15.5.9).
 */
function closesIdle(status: number, { connection = "" }: IncomingHttpHeaders): boolean {
  return status === 408 && /\bclose\b/i.test(String(connection));
}

/** Whether the connection broke: undici's other errors are about the request or the answer. */
function isBreak(error: Error): boolean {
  return error instanceof errors.SocketError || !(error instanceof errors.UndiciError);
}
