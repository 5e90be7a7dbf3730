/** Requests about whose length two servers may disagree, and what is no callback at all. */
import { chunkedRequest, goodBody, request } from "../../http/hostile_request.ts";
import { type Attack, attacksOf, bytesOf, firstLine, json } from "./attack.ts";

/** A request that must never be served: the tests look for its name. */
export const smuggled = "smuggled";

const inner = `${firstLine}${json}\r\nOperationid: ${smuggled}\r\n` +
  `Content-Length: ${goodBody.length}\r\n\r\n${goodBody}`;
const inChunks = "Transfer-Encoding: chunked";
const lastChunk = "0\r\n\r\n";

/** A head as it is written, and what stands behind it. */
const raw = (lines: readonly string[], behind: string): Uint8Array =>
  bytesOf(`${firstLine}${json}\r\n${lines.join("\r\n")}\r\n\r\n${behind}`);

export const smugglingAttacks: readonly Attack[] = [
  ...attacksOf("request smuggling", {
    "a request in a body that says its length and that it comes in chunks": {
      bytes: chunkedRequest(`${lastChunk}${inner}`, ["Content-Length: 4"]),
      answers: [400, "closed"],
    },
    "a length behind the chunks' header": {
      bytes: raw([inChunks, "Content-Length: 50"], `${lastChunk}${inner}`),
      answers: [400, "closed"],
    },
    "two lengths": {
      bytes: request(goodBody, [json, "Content-Length: 5", "Content-Length: 6"]),
      answers: [400, "closed"],
    },
    "two lengths in one header": {
      bytes: raw(["Content-Length: 0, 5"], inner),
      answers: [400, "closed"],
    },
    "the same length twice": {
      bytes: request(goodBody, [
        json,
        `Content-Length: ${goodBody.length}`,
        `Content-Length: ${goodBody.length}`,
      ]),
      answers: [400, "closed"],
    },
    "the same length twice, beyond the limit": {
      bytes: request("x".repeat(300_000), [
        json,
        "Content-Length: 300000",
        "Content-Length: 300000",
      ]),
      answers: [400, "closed"],
    },
    "a length of -1": {
      bytes: raw(["Content-Length: -1"], inner),
      answers: [400, "closed"],
    },
    "a length of +0": {
      bytes: raw(["Content-Length: +0"], inner),
      answers: [400, "closed"],
    },
    "a length of 0x0": {
      bytes: raw(["Content-Length: 0x0"], inner),
      answers: [400, "closed"],
    },
    "an empty length": { bytes: raw(["Content-Length:"], inner), answers: [400, "closed"] },
    "a length beyond 64 bits": {
      bytes: raw(["Content-Length: 99999999999999999999"], inner),
      answers: [400, "closed"],
    },
    "Transfer-Encoding: chunked, gzip": {
      bytes: raw(["Transfer-Encoding: chunked, gzip"], `${lastChunk}${inner}`),
      answers: [400, "closed"],
    },
    "Transfer-Encoding: gzip, chunked": {
      bytes: raw(["Transfer-Encoding: gzip, chunked"], lastChunk),
      answers: [400],
    },
    "Transfer-Encoding: xchunked": {
      bytes: raw(["Transfer-Encoding: xchunked"], `${lastChunk}${inner}`),
      answers: ["closed"],
    },
    "Transfer-Encoding: identity": {
      bytes: raw(["Transfer-Encoding: identity"], inner),
      answers: ["closed"],
    },
    "Transfer-Encoding: chunked, twice": {
      bytes: raw([inChunks, inChunks], lastChunk),
      answers: [400, "closed"],
    },
    "a tab before chunked": {
      bytes: raw(["Transfer-Encoding:\tchunked"], lastChunk),
      answers: [400],
    },
    "a vertical tab before chunked": {
      bytes: raw(["Transfer-Encoding: \vchunked"], `${lastChunk}${inner}`),
      answers: [400, "closed"],
    },
    "a space before the colon of Transfer-Encoding": {
      bytes: raw(["Transfer-Encoding : chunked"], `${lastChunk}${inner}`),
      answers: [400, "closed"],
    },
    "a space before the colon of Content-Length": {
      bytes: raw(["Content-Length : 5", "Content-Length: 0"], inner),
      answers: [400, "closed"],
    },
    "a folded header": {
      bytes: raw(["X-A: b", " Transfer-Encoding: chunked"], inner),
      answers: [400, "closed"],
    },
    "a NUL in a header": { bytes: raw(["X: a\0b"], inner), answers: [400, "closed"] },
    "a carriage return alone in a header": {
      bytes: raw(["X: a\rTransfer-Encoding: chunked"], inner),
      answers: [400, "closed"],
    },
    "a header without a colon": { bytes: raw(["X"], inner), answers: [400, "closed"] },
    "a chunk size of zz": { bytes: chunkedRequest("zz\r\n{}\r\n0\r\n\r\n"), answers: ["closed"] },
    "a chunk size of -1": { bytes: chunkedRequest("-1\r\n{}\r\n0\r\n\r\n"), answers: ["closed"] },
    "a chunk size of 0x2": { bytes: chunkedRequest("0x2\r\n{}\r\n0\r\n\r\n"), answers: ["closed"] },
    "a chunk size beyond 64 bits": {
      bytes: chunkedRequest("fffffffffffffffff\r\n{}\r\n0\r\n\r\n"),
      answers: ["closed"],
    },
    "a chunk that is longer than it says": {
      bytes: chunkedRequest(`1\r\n{}\r\n${lastChunk}${inner}`),
      answers: ["closed"],
    },
    "a chunk that ends in a line feed alone": {
      bytes: chunkedRequest(`2\n{}\n0\n\n${inner}`),
      answers: ["closed"],
    },
    "a length in the trailers": {
      bytes: chunkedRequest("2\r\n{}\r\n0\r\nContent-Length: 500\r\n\r\n"),
      answers: ["closed"],
    },
    "chunks under HTTP/1.0": {
      bytes: bytesOf(
        `POST / HTTP/1.0\r\n${json}\r\n${inChunks}\r\n\r\n${lastChunk}${inner}`,
      ),
      answers: [400, "closed"],
    },
    "a GET with a body": {
      bytes: bytesOf(
        `GET / HTTP/1.1\r\nHost: x\r\nContent-Length: ${goodBody.length}\r\n\r\n${goodBody}`,
      ),
      answers: [405],
    },
    "two hosts": {
      bytes: request(goodBody, [json, "Host: other"]),
      answers: [400, "closed"],
    },
    "a URL that names another host": {
      bytes: bytesOf(
        `${firstLine.replace("/callbackExample", "http://evil/callbackExample")}${json}\r\n` +
          `Content-Length: ${goodBody.length}\r\n\r\n${goodBody}`,
      ),
      answers: [200],
    },
  }),
  ...attacksOf("other protocols and methods", {
    "CONNECT": {
      bytes: bytesOf("CONNECT evil:443 HTTP/1.1\r\nHost: evil:443\r\n\r\n"),
      answers: [405, "closed"],
    },
    "TRACE": { bytes: bytesOf("TRACE / HTTP/1.1\r\nHost: x\r\n\r\n"), answers: [405] },
    "OPTIONS *": {
      bytes: bytesOf("OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n"),
      answers: [400, "closed"],
    },
    "a method of no name": {
      bytes: bytesOf(" / HTTP/1.1\r\nHost: x\r\n\r\n"),
      answers: [400, "closed"],
    },
    "HTTP/0.9": { bytes: bytesOf("GET /\r\n\r\n"), answers: [400, "closed"] },
    "HTTP/3.0": {
      bytes: bytesOf("POST / HTTP/3.0\r\nHost: x\r\n\r\n"),
      answers: [400, "closed"],
    },
    "no host": {
      bytes: bytesOf(`POST / HTTP/1.1\r\n${json}\r\nContent-Length: 2\r\n\r\n{}`),
      answers: [400],
    },
    "HTTP/2 without an upgrade": {
      bytes: bytesOf("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
      answers: [400, "closed"],
    },
    "an upgrade to HTTP/2": {
      bytes: request(goodBody, [
        json,
        "Connection: Upgrade, HTTP2-Settings",
        "Upgrade: h2c",
        "HTTP2-Settings: AAMAAABkAAQAAP__",
      ]),
      answers: [200, "closed"],
    },
    "an upgrade to a web socket": {
      bytes: bytesOf(
        "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
          "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
      ),
      answers: [405],
    },
    "a greeting of Redis": { bytes: bytesOf("PING\r\n"), answers: [400, "closed"] },
  }),
];
