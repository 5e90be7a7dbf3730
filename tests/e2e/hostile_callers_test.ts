/** The real process under hostile callers: each gets an answer or a closed connection. */
import { assertEquals } from "@std/assert";
import { assertConsent } from "../http/any_answer.ts";
import { chunkedRequest, converse, goodBody, path, request } from "../http/hostile_request.ts";
import { parseAnswer } from "../http/raw_request.ts";
import { type RouterProcess, startRouterProcess } from "../support/router_process.ts";

const utf8 = new TextEncoder();
const json = "Content-Type: application/json";
const brackets = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
const withExtra = (value: string) => goodBody.replace("}", `,"ex":${value}}`);
const gzip = async (text: string) =>
  new Uint8Array(
    await new Response(new Blob([text]).stream().pipeThrough(new CompressionStream("gzip")))
      .arrayBuffer(),
  );

/** HTTP statuses whose answers have no body: Deno's HTTP turns the request away by itself. */
const closed = "a closed connection";
const noHTTP = "400 and a closed connection";

interface Attack {
  readonly what: string;
  readonly bytes: Uint8Array;
  /** The status of a decodable answer, or what comes in its place. */
  readonly answer: number | typeof closed | typeof noHTTP;
}

const attacks: readonly Attack[] = [
  { what: "a connection that says nothing", bytes: new Uint8Array(), answer: closed },
  { what: "half a head", bytes: utf8.encode("POST / HTTP/1.1\r\nHost: x\r\n"), answer: closed },
  { what: "half a TLS hello", bytes: Uint8Array.of(0x16, 3, 1, 2, 0, 1), answer: noHTTP },
  {
    what: "a body that stops, with its length",
    bytes: request('{"a"', [json, "Content-Length: 100"]),
    answer: closed,
  },
  { what: "a body that stops within a chunk", bytes: chunkedRequest("5\r\n{"), answer: closed },
  {
    what: "a head without end",
    bytes: utf8.encode(
      "POST / HTTP/1.1\r\n" +
        Array.from({ length: 90 }, (_, index) => `X-${index}: ${"y".repeat(10_000)}\r\n`).join(""),
    ),
    answer: noHTTP,
  },
  {
    what: "200 headers",
    bytes: request(goodBody, [json, ...Array(200).fill("A: b")]),
    answer: noHTTP,
  },
  {
    what: "a body that is not UTF-8",
    bytes: request(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d)),
    answer: 400,
  },
  { what: "JSON 100 levels deep", bytes: request(withExtra(brackets(100))), answer: 200 },
  { what: "JSON 100,000 levels deep", bytes: request(withExtra(brackets(100_000))), answer: 200 },
  {
    what: "the keys __proto__ and constructor",
    bytes: request(`{"__proto__":{"a":1},"constructor":{"prototype":{}},${goodBody.slice(1)}`),
    answer: 200,
  },
  { what: "1e999 for a number", bytes: request(goodBody.replace(":5", ":1e999")), answer: 422 },
  { what: "1e999 beside the fields", bytes: request(withExtra("1e999")), answer: 200 },
  { what: "a key twice", bytes: request(`{"sendID":"a",${goodBody.slice(1)}`), answer: 200 },
  {
    what: "a compressed body",
    bytes: request(await gzip(goodBody), [json, "Content-Encoding: gzip"]),
    answer: 400,
  },
  {
    what: "a form's content type",
    bytes: request(goodBody, ["Content-Type: application/x-www-form-urlencoded"]),
    answer: 415,
  },
  { what: "no content type", bytes: request(goodBody, []), answer: 415 },
  {
    what: "a length of 99 GB",
    bytes: request("x", [json, "Content-Length: 99999999999"]),
    answer: 413,
  },
  {
    what: "the same length twice, beyond the limit",
    bytes: request("x".repeat(300_000), [json, "Content-Length: 300000", "Content-Length: 300000"]),
    answer: 413,
  },
  {
    what: "two lengths",
    bytes: request(goodBody, [json, "Content-Length: 5", "Content-Length: 6"]),
    answer: noHTTP,
  },
  { what: "a length of -1", bytes: request("", [json, "Content-Length: -1"]), answer: noHTTP },
  {
    what: "Content-Length and Transfer-Encoding",
    bytes: chunkedRequest("0\r\n\r\n", ["Content-Length: 50"]),
    answer: noHTTP,
  },
  {
    what: "Transfer-Encoding: chunked, gzip",
    bytes: request("0\r\n\r\n", [json, "Transfer-Encoding: chunked, gzip"]),
    answer: noHTTP,
  },
  {
    what: "Transfer-Encoding: xchunked",
    bytes: request("0\r\n\r\n", [json, "Transfer-Encoding: xchunked"]),
    answer: noHTTP,
  },
  { what: "a chunk size of zz", bytes: chunkedRequest("zz\r\n{}\r\n0\r\n\r\n"), answer: closed },
  { what: "a chunk size of -1", bytes: chunkedRequest("-1\r\n{}\r\n0\r\n\r\n"), answer: closed },
  {
    what: "a chunk size beyond 64 bits",
    bytes: chunkedRequest("fffffffffffffffff\r\n{}\r\n0\r\n\r\n"),
    answer: closed,
  },
  { what: "a folded header", bytes: request(goodBody, [json, "X-A: b\r\n c"]), answer: noHTTP },
  {
    what: "a space before a header's colon",
    bytes: request(goodBody, [json, "Content-Length : 5", "Content-Length: 0"]),
    answer: noHTTP,
  },
  { what: "a NUL in a header", bytes: request(goodBody, [json, "X: a\0b"]), answer: noHTTP },
  {
    what: "CONNECT",
    bytes: utf8.encode("CONNECT evil:443 HTTP/1.1\r\nHost: evil:443\r\n\r\n"),
    answer: 405,
  },
];

/** A router whose limits a test need not wait for long. */
function startGuarded(): Promise<RouterProcess> {
  const limits = { headWithin: "500ms", bodyWithin: "500ms" };
  return startRouterProcess({ server: { bodyLimit: "256KiB", limits } });
}

async function assertAlive(router: RouterProcess): Promise<void> {
  const response = await router.post(goodBody);
  assertEquals([response.status, (await response.json()).errMsg], [200, "Success"]);
}

const whole = (text: string) => parseAnswer(utf8.encode(text)) !== undefined;

Deno.test("hostile callers", async (test) => {
  await using router = await startGuarded();
  for (const { what, bytes, answer } of attacks) {
    await test.step(`${what} is answered with ${answer}; the next callback is served`, () =>
      assertAnswered(router, bytes, answer));
  }
});

async function assertAnswered(
  router: RouterProcess,
  bytes: Uint8Array,
  answer: Attack["answer"],
): Promise<void> {
  // what waits for a closed connection would wait for ever if it were kept
  const enough = typeof answer === "number" ? whole : undefined;
  const text = await converse(router.server.port, bytes, enough);
  if (answer === closed) assertEquals(text, "");
  else {
    const raw = parseAnswer(utf8.encode(text));
    if (raw === undefined) throw new Error(`no answer: "${text}"`);
    if (answer === noHTTP) assertEquals([raw.status, raw.body], [400, ""]);
    else {
      assertEquals(raw.status, answer);
      assertConsent(raw);
    }
  }
  await assertAlive(router);
}

Deno.test("pipelined callbacks are answered each, in their order", async () => {
  await using router = await startGuarded();
  const names = ["op-1", "op-2", "op-3"];
  const requests = names.map((name) => request(goodBody, [json, `Operationid: ${name}`]));
  const bytes = Uint8Array.from(requests.flatMap((one) => [...one]));
  const seen = (text: string) => [...text.matchAll(/operationid: (op-\d)/g)].map(([, id]) => id);
  const text = await converse(
    router.server.port,
    bytes,
    (text) => text.split("Success").length > names.length,
  );
  assertEquals(seen(text), names);
});

Deno.test("a smuggled request behind a body that says two lengths is not served", async () => {
  await using router = await startGuarded();
  const inner = `POST ${path} HTTP/1.1\r\nHost: x\r\nOperationid: smuggled\r\n\r\n`;
  const bytes = chunkedRequest(`0\r\n\r\n${inner}`, ["Content-Length: 4"]);
  const text = await converse(router.server.port, bytes);
  assertEquals(text.split("HTTP/1.1").length - 1, 1);
  assertEquals(router.server.lines.some((line) => line.includes("smuggled")), false);
});

Deno.test("a hundred slow senders hold up nobody", async () => {
  await using router = await startRouterProcess({ server: { limits: { inFlight: 1 } } });
  const { port } = router.server;
  const slow = await Promise.all(Array.from({ length: 100 }, async (_, index) => {
    const connection = await Deno.connect({ hostname: "127.0.0.1", port });
    const part = request("{", [json, "Content-Length: 60000"]);
    await connection.write(index % 2 === 0 ? part : part.subarray(0, 40));
    return connection;
  }));
  try {
    for (let round = 0; round < 20; round++) await assertAlive(router);
  } finally {
    for (const connection of slow) connection.close();
  }
});
