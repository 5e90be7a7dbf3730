import { once } from "node:events";
import { createServer, type Server as HttpServer } from "node:http";
import type { AddressInfo, Socket } from "node:net";

/** When a target closes a connection that it kept open. */
export type Closing =
  /** As soon as a second request comes on it, without an answer. */
  | "at the second request"
  /** So many milliseconds after an answer, whatever is on its way by then. */
  | { readonly after: number }
  /** At every request, the first one too. */
  | "at every request"
  /** With the 408 of a server that had waited for the second request, which comes just then. */
  | "with a 408"
  /** At the second request, after a part of the answer's head. */
  | "inside the second answer";

/** A target that keeps connections open and then closes them. */
export interface ClosingTarget extends AsyncDisposable {
  readonly url: string;
  /** The `webhook-id` of every request, answered or not. */
  readonly seen: readonly string[];
}

/** Starts a target that answers every request that it does not cut off with the same text. */
export async function closingTarget(closing: Closing, answer: string): Promise<ClosingTarget> {
  const seen: string[] = [];
  const requests = new Map<Socket, number>();
  const server: HttpServer = createServer({ keepAlive: true }, (request, response) => {
    const { socket } = request;
    const number = (requests.get(socket) ?? 0) + 1;
    requests.set(socket, number);
    seen.push(String(request.headers["webhook-id"]));
    if (closing === "at every request") return void socket.destroy();
    if (number > 1 && closing === "at the second request") return void socket.destroy();
    if (number > 1 && closing === "inside the second answer") {
      return void request.resume().on("end", () => socket.end("HTTP/1.1 2"));
    }
    if (number > 1 && closing === "with a 408") {
      return void request.resume().on("end", () => {
        response.writeHead(408, { connection: "close" }).end();
      });
    }
    request.resume().on("end", () => {
      response.setHeader("content-type", "application/json").end(answer);
      if (typeof closing === "object") setTimeout(() => socket.destroy(), closing.after);
    });
  });
  server.keepAliveTimeout = 60_000;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    seen,
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close");
      server.close();
      for (const socket of requests.keys()) socket.destroy();
      await closed;
    },
  };
}
