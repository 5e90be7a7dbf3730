/** Attacks on connections: slow, endless, half-open, pipelined. */
import { chunkedRequest, goodBody, request } from "../../http/hostile_request.ts";
import { type Attack, attacksOf, bytesOf, firstLine, joined, json } from "./attack.ts";

const good = request(goodBody);
const tooLong = "x".repeat(300_000);

export const connectionAttacks: readonly Attack[] = [
  ...attacksOf("slow bodies", {
    "a body that stops, with its length": {
      bytes: request('{"a"', [json, "Content-Length: 100"]),
      answers: ["closed"],
    },
    "a body that stops within a chunk": { bytes: chunkedRequest("5\r\n{"), answers: ["closed"] },
    "a body that comes byte by byte": {
      bytes: request("{", [json, "Content-Length: 60000"]),
      drip: bytesOf(" "),
      answers: ["closed"],
    },
    "chunks of one byte without end": {
      bytes: chunkedRequest("1\r\n{\r\n"),
      drip: bytesOf("1\r\n \r\n"),
      answers: ["closed"],
    },
    "a chunk whose size has no end": {
      bytes: chunkedRequest("1;"),
      drip: bytesOf("extension"),
      answers: ["closed"],
    },
    "trailers without end": {
      bytes: chunkedRequest(`${goodBody.length.toString(16)}\r\n${goodBody}\r\n0\r\n`),
      drip: bytesOf("X: y\r\n"),
      answers: ["closed"],
    },
    "a body that is asked for with 100 Continue, and does not come": {
      bytes: request("", [json, "Expect: 100-continue", "Content-Length: 60"]),
      answers: ["closed"],
    },
    "a length of 99 GB": {
      bytes: request("x", [json, "Content-Length: 99999999999"]),
      answers: [413],
    },
    "a body of 99 GB that keeps coming": {
      bytes: request("x", [json, "Content-Length: 99999999999"]),
      drip: bytesOf("x".repeat(1000)),
      answers: [413, "closed"],
    },
  }),
  ...attacksOf("endless heads", {
    "a head of 900 KB": {
      bytes: bytesOf(
        "POST / HTTP/1.1\r\n" +
          Array.from({ length: 90 }, (_, index) => `X-${index}: ${"y".repeat(10_000)}\r\n`)
            .join(""),
      ),
      answers: [431, "closed"],
    },
    "a header every few milliseconds": {
      bytes: bytesOf(firstLine),
      drip: bytesOf("A: b\r\n"),
      answers: ["closed"],
    },
    "a header whose value has no end": {
      bytes: bytesOf(`${firstLine}A: `),
      drip: bytesOf("b"),
      answers: ["closed"],
    },
    "200 headers": {
      bytes: request(goodBody, [json, ...Array(200).fill("A: b")]),
      answers: [431, "closed"],
    },
    "a header of 1 MB": {
      bytes: request(goodBody, [json, `A: ${"b".repeat(1_000_000)}`]),
      answers: [431, "closed"],
    },
    "a URL of 1 MB": {
      bytes: bytesOf(`POST /${"a".repeat(1_000_000)} HTTP/1.1\r\nHost: x\r\n\r\n`),
      answers: [431, "closed"],
    },
    "a method of 50 KB": {
      bytes: bytesOf(`${"A".repeat(50_000)} / HTTP/1.1\r\nHost: x\r\n\r\n`),
      answers: [400, "closed"],
    },
    "a second head without end, on a connection that was used": {
      bytes: joined(good, bytesOf(firstLine)),
      drip: bytesOf("A: b\r\n"),
      answers: [200, "closed"],
    },
  }),
  ...attacksOf("half-open connections", {
    "a connection that says nothing": { bytes: new Uint8Array(), answers: ["closed"] },
    "line ends and nothing else": {
      bytes: bytesOf("\r\n"),
      drip: bytesOf("\r\n"),
      answers: ["closed"],
    },
    "half a head": { bytes: bytesOf("POST / HTTP/1.1\r\nHost: x\r\n"), answers: ["closed"] },
    "half a head, then half hung up": {
      bytes: bytesOf("POST / HTTP/1.1\r\nHost: x\r\n"),
      hangsUp: true,
      answers: ["closed"],
    },
    "half a body, then half hung up": {
      bytes: request('{"a"', [json, "Content-Length: 100"]),
      hangsUp: true,
      answers: ["closed"],
    },
    // its chain runs; whether the answer is ready before the end is seen is a matter of chance
    "a whole callback, then half hung up": {
      bytes: good,
      hangsUp: true,
      answers: ["closed"],
      orElse: [200, "closed"],
    },
    "a connection that is kept after its callback": { bytes: good, answers: [200, "closed"] },
    "half a TLS hello": {
      bytes: Uint8Array.of(0x16, 3, 1, 2, 0, 1),
      answers: [400, "closed"],
    },
  }),
  ...attacksOf("pipelining", {
    "three callbacks in one write": { bytes: joined(good, good, good), answers: [200, 200, 200] },
    "200 callbacks in one write": {
      bytes: joined(...Array(200).fill(good)),
      answers: Array(200).fill(200),
    },
    "a callback and what is no HTTP": {
      bytes: joined(good, bytesOf("\0\0\0\0\r\n\r\n")),
      answers: [200, 400, "closed"],
    },
    "a callback and half of one": {
      bytes: joined(good, good.subarray(0, 60)),
      answers: [200, "closed"],
    },
    "a callback behind a body that is too large": {
      bytes: joined(request(tooLong), good),
      answers: [413, 200],
    },
    "a callback behind one of a wrong content type": {
      bytes: joined(request(goodBody, ["Content-Type: text/plain"]), good),
      answers: [415, 200],
    },
  }),
];
