import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { createHmac } from "node:crypto";
import { deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { decoderOf } from "../../src/http/content_coding.ts";
import { createCallerAuth } from "../../src/http/auth/caller_auth.ts";
import { readBody } from "../../src/http/read_body.ts";
import { RequestError } from "../../src/openim/request_error.ts";
import { MemorySeenKeys } from "../../src/stores/memory_seen_keys.ts";
import {
  aSendBody,
  assertTurnedAway,
  plainAnswer,
  sendCommand,
  serveCallbacks,
} from "./callback_server.ts";
import { chunked, sendRaw } from "./raw_request.ts";

const body = aSendBody();
const json = "Content-Type: application/json";

/** Sends bytes as the body of a callback under a content coding. */
function sendCoded(port: number, coding: string, bytes: Uint8Array) {
  return sendRaw(port, {
    path: `/${sendCommand}`,
    headers: [json, `Content-Encoding: ${coding}`, `Content-Length: ${bytes.length}`],
    body: bytes,
  });
}

for (
  const [coding, bytes] of [
    ["gzip", gzipSync(body)],
    ["x-gzip", gzipSync(body)],
    ["GZIP", gzipSync(body)],
    ["deflate", deflateSync(body)],
    ["deflate", deflateRawSync(body)],
    ["identity", new TextEncoder().encode(body)],
  ] as const
) {
  Deno.test(`a body in ${coding}, of ${bytes.length} bytes, is a callback`, async () => {
    await using server = await serveCallbacks();
    assertEquals((await sendCoded(server.port, coding, bytes)).body, plainAnswer);
  });
}

Deno.test("a compressed body in chunks is a callback", async () => {
  await using server = await serveCallbacks();
  const bytes = gzipSync(body);
  const answer = await sendRaw(server.port, {
    path: `/${sendCommand}`,
    headers: [json, "Content-Encoding: gzip", "Transfer-Encoding: chunked"],
    body: chunked(bytes.subarray(0, 10), bytes.subarray(10)),
  });
  assertEquals(answer.body, plainAnswer);
});

Deno.test("a byte order mark in a compressed body is left out", async () => {
  const headers = { "content-encoding": "gzip" };
  const request = new Request("http://router/", {
    ...{ method: "POST", headers },
    body: Uint8Array.from(gzipSync("\uFEFF{}")),
  });
  assertEquals(await readBody(request, request.body ?? [], 100), "{}");
});

for (const coding of ["br", "zstd", "gzip, gzip", "compress", "constructor"]) {
  Deno.test(`a body in ${coding} gets 415, which names it and what is taken`, async () => {
    await using server = await serveCallbacks();
    const answer = await sendCoded(server.port, coding, new TextEncoder().encode(body));
    assertTurnedAway(answer, 415, 5416);
    const { errMsg, errDlt } = JSON.parse(answer.body);
    assertStringIncludes(errMsg, "gzip or deflate");
    assertStringIncludes(errDlt, `"${coding}"`);
    assertEquals(answer.headers.get("accept-encoding"), "gzip, deflate");
  });
}

for (
  const [what, bytes] of [
    ["that is cut short", gzipSync(body).subarray(0, -3)],
    ["that is no gzip", new TextEncoder().encode(body)],
    ["with a wrong checksum", new Uint8Array(gzipSync(body)).fill(0, -8, -4)],
    ["without a byte", new Uint8Array()],
  ] as const
) {
  Deno.test(`a body in gzip ${what} gets 400, which says so`, async () => {
    await using server = await serveCallbacks();
    const answer = await sendCoded(server.port, "gzip", bytes);
    assertTurnedAway(answer, 400, 5400);
    assertStringIncludes(JSON.parse(answer.body).errDlt, "not whole or not gzip");
  });
}

for (const [coding, compress] of [["gzip", gzipSync], ["deflate", deflateSync]] as const) {
  Deno.test(`the limit of a body in ${coding} counts what comes out of it`, () => {
    const decode = decoderOf(coding)!;
    assertEquals(decode(compress("x".repeat(1000)), 1000).length, 1000);
    const error = assertThrows(() => decode(compress("x".repeat(1001)), 1000), RequestError);
    assertEquals(error.problem, "tooLarge");
  });
}

Deno.test("a bomb gets 413 and is not inflated", async () => {
  const bomb = gzipSync(new Uint8Array(400 * 2 ** 20));
  assert(bomb.length < 500_000);
  await using server = await serveCallbacks({ bodyLimit: 2 ** 20 });
  const before = Deno.memoryUsage().rss;
  assertTurnedAway(await sendCoded(server.port, "gzip", bomb), 413, 5413);
  assert(Deno.memoryUsage().rss - before < 100 * 2 ** 20, "not even a part of it is kept");
});

Deno.test("a signature of a compressed callback holds: it covers the nonce alone", async () => {
  const secret = "a-secret-of-the-commercial-edition";
  const auth = createCallerAuth({
    ...{ secrets: [], addresses: { allow: [], trustedProxies: [] } },
    signature: {
      ...{ algorithm: "HMAC-SHA256", signatureHeader: "x-signature", nonceHeader: "x-nonce" },
      ...{ key: secret, nonceTime: "none", window: 1000 },
    },
  }, { seen: new MemorySeenKeys(10), now: () => 0 });
  await using server = await serveCallbacks({ auth });
  const bytes = gzipSync(body);
  const signed = createHmac("sha256", secret).update("n1").digest("hex");
  const answer = await sendRaw(server.port, {
    path: `/${sendCommand}`,
    headers: [
      ...[json, "Content-Encoding: gzip", `Content-Length: ${bytes.length}`],
      ...["X-Nonce: n1", `X-Signature: ${signed}`],
    ],
    body: bytes,
  });
  assertEquals(answer.body, plainAnswer);
});
