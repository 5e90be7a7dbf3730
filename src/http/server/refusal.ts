/**
 * Requests that an app is not asked: what is no HTTP, and what two servers may read in two ways.
 *
 * @module
 */
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from "node:http";
import type { Socket } from "node:net";

/** Why a server refuses a request by itself. */
export type RefusedProblem = "malformed" | "headTooLarge" | "wrongMethod" | "internal";

/** The answer to a refused request. */
export interface Refusal {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The most headers of a request. */
const mostHeaders = 100;

/** What is wrong with a request's head, although `node:http` takes it. */
export function headProblem(request: IncomingMessage): RefusedProblem | undefined {
  const { httpVersion, rawHeaders, headers, url = "" } = request;
  if (rawHeaders.length > 2 * mostHeaders) return "headTooLarge";
  // a request of HTTP/0.9 has no headers, and chunks came with HTTP/1.1
  const isCurrent = httpVersion === "1.1";
  if (!isCurrent && (httpVersion !== "1.0" || headers["transfer-encoding"] !== undefined)) {
    return "malformed";
  }
  if (hostsIn(rawHeaders) !== 1 && (isCurrent || headers.host !== undefined)) return "malformed";
  return /^(?:\/|https?:\/\/)/.test(url) ? undefined : "malformed";
}

function hostsIn(rawHeaders: readonly string[]): number {
  let hosts = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    if (rawHeaders[at]!.length === 4 && rawHeaders[at]!.toLowerCase() === "host") hosts++;
  }
  return hosts;
}

/** What is wrong with bytes that are no request; undefined if they are not read as HTTP at all. */
export function parseProblem(error: Error & { code?: unknown }): RefusedProblem | undefined {
  if (error.code === "HPE_HEADER_OVERFLOW") return "headTooLarge";
  return String(error.code).startsWith("HPE_") ? "malformed" : undefined;
}

/** Answers a refused request; its connection ends. */
export function refuseWith(response: ServerResponse, { status, headers, body }: Refusal): void {
  response.shouldKeepAlive = false;
  response.writeHead(status, { ...headers, "content-length": lengthOf(body) }).end(body);
}

/** Answers on a socket that brought no request, and closes it. */
export function endWith(socket: Socket, { status, headers, body }: Refusal): void {
  const all = { ...headers, "content-length": lengthOf(body), connection: "close" };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join("")}\r\n${body}`);
}

function lengthOf(body: string): number {
  return new TextEncoder().encode(body).length;
}
