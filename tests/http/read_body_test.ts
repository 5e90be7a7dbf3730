import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { readBody as readFrom } from "../../src/http/read_body.ts";
import { RequestError } from "../../src/openim/request_error.ts";
import { sendRaw } from "./raw_request.ts";

const utf8 = new TextEncoder();
const limit = 16;

/** Reads a request's own body. */
const readBody = (request: Request, limit: number) => readFrom(request, request.body ?? [], limit);

/** A request that says its length, as all of OpenIM's do. */
function stated(bytes: Uint8Array<ArrayBuffer>): Request {
  return new Request("http://router/", {
    method: "POST",
    headers: { "content-length": String(bytes.length) },
    body: bytes,
  });
}

/** A request whose body comes in chunks of that size, without a length. */
function chunked(bytes: Uint8Array, size = 4): Request {
  const chunks = Array.from(
    { length: Math.ceil(bytes.length / size) },
    (_, index) => bytes.slice(index * size, (index + 1) * size),
  );
  return new Request("http://router/", { method: "POST", body: ReadableStream.from(chunks) });
}

/** Reads bodies of one kind. */
type Read = (bytes: Uint8Array<ArrayBuffer>) => Promise<string>;

/** As a server reads a body that comes with its head. */
const served: Read = async (bytes) => {
  const read = Promise.withResolvers<string>();
  const server = createServer((incoming, outgoing) => {
    const headers = new Headers(incoming.headers as Record<string, string>);
    readFrom({ headers }, incoming, limit).then(read.resolve, read.reject);
    read.promise.then(() => outgoing.end(), () => outgoing.end());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const headers = [`Content-Length: ${bytes.length}`];
  await Promise.allSettled([sendRaw(port, { headers, body: bytes }), read.promise]);
  server.closeAllConnections();
  server.close();
  await once(server, "close");
  return read.promise;
};

const refusal = (read: () => Promise<string>) => assertRejects(read, RequestError);

const ways: Readonly<Record<string, Read>> = {
  "with a length": async (bytes) => await readBody(stated(bytes), limit),
  "in chunks": async (bytes) => await readBody(chunked(bytes), limit),
  "that comes with its head": served,
};

for (const [how, read] of Object.entries(ways)) {
  const problemOf = async (bytes: Uint8Array<ArrayBuffer>) =>
    (await refusal(() => read(bytes))).problem;

  Deno.test(`a body ${how} is read as it came`, async () => {
    assertEquals(await read(utf8.encode('{"a":"€😀"}')), '{"a":"€😀"}');
  });

  Deno.test(`a body ${how} of exactly the limit is taken`, async () => {
    assertEquals(await read(utf8.encode("x".repeat(limit))), "x".repeat(limit));
  });

  Deno.test(`a body ${how} of one byte more than the limit is too large`, async () => {
    assertEquals(await problemOf(utf8.encode("x".repeat(limit + 1))), "tooLarge");
  });

  Deno.test(`the limit of a body ${how} counts bytes, not characters`, async () => {
    assertEquals(await problemOf(utf8.encode("€".repeat(6))), "tooLarge");
  });

  Deno.test(`a U+FFFD that was really sent ${how} is taken`, async () => {
    const sent = "a\uFFFDb\uFFFD}";
    assertEquals(await read(utf8.encode(sent)), sent);
  });

  for (
    const [what, bytes] of [
      ["a byte that starts nothing", [0x61, 0xff]],
      ["a character that is cut off", [0x61, 0xe2, 0x82]],
      ["a character of four bytes without its last", [0x61, 0xf0, 0x9f, 0x98]],
      ["a bad byte behind a byte order mark", [0xef, 0xbb, 0xbf, 0xff]],
    ] as const
  ) {
    Deno.test(`${what} ${how} is no UTF-8 and malformed`, async () => {
      assertEquals(await problemOf(Uint8Array.from(bytes)), "malformed");
    });
  }

  Deno.test(`a byte order mark ${how} is left out, as JSON has none`, async () => {
    for (const rest of ["{}", '{"a":"€"}', '{"\uFFFD":1}', "", '"\uFEFF"']) {
      assertEquals(await read(utf8.encode(`\uFEFF${rest}`)), rest);
    }
  });

  Deno.test(`U+FEFF within a body ${how} is a character like any other`, async () => {
    assertEquals(await read(utf8.encode('{"\uFEFF":1}')), '{"\uFEFF":1}');
  });

  Deno.test(`an empty body ${how} is an empty text`, async () => {
    assertEquals(await read(new Uint8Array()), "");
  });
}

Deno.test("a request without a body is an empty text", async () => {
  assertEquals(await readBody(new Request("http://router/", { method: "POST" }), limit), "");
});

Deno.test("an endless body is given up at the limit, and its source told", async () => {
  let cancelled = false;
  const endless = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(utf8.encode("xxxx")),
    cancel: () => void (cancelled = true),
  });
  const request = new Request("http://router/", { method: "POST", body: endless });
  const { problem } = await refusal(async () => await readBody(request, limit));
  assertEquals(problem, "tooLarge");
  assertEquals(cancelled, true);
});

Deno.test("chunks that cut every character are put together", async () => {
  const text = "€😀é";
  assertEquals(await readBody(chunked(utf8.encode(text), 1), limit), text);
});

Deno.test("a body whose source fails is malformed, and why is kept", async () => {
  const gone = new Error("the connection is gone");
  const body = new ReadableStream({ pull: (controller) => controller.error(gone) });
  const request = new Request("http://router/", { method: "POST", body });
  const { problem, cause } = await refusal(async () => await readBody(request, limit));
  assertEquals([problem, cause], ["malformed", gone]);
});

Deno.test("a body in 4096 chunks is taken", async () => {
  const text = "x".repeat(4096);
  assertEquals(await readBody(chunked(utf8.encode(text), 1), 5000), text);
});

Deno.test("a body in more than 4096 chunks, which would hold up others, is malformed", async () => {
  const request = chunked(utf8.encode("x".repeat(4097)), 1);
  const { problem, detail } = await refusal(async () => await readBody(request, 5000));
  assertEquals(problem, "malformed");
  assertStringIncludes(detail, "send it with its length");
});
