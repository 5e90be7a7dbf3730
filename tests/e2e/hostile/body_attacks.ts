/** Attacks by what a body says, and by what a head says of it. */
import { goodBody, request } from "../../http/hostile_request.ts";
import { chunked, requestBytes } from "../../http/raw_request.ts";
import { type Attack, attacksOf, bytesOf, firstLine, joined, json } from "./attack.ts";

const withExtra = (value: string) => goodBody.replace("}", `,"ex":${value}}`);
const brackets = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
const objects = (depth: number) => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;
const latin1 = Uint8Array.from(goodBody.replace("u1", "\xfc1"), (letter) => letter.charCodeAt(0));
const remark = "/callbackBeforeSetFriendRemarkCommand";

async function compressed(text: string, format: CompressionFormat): Promise<Uint8Array> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream(format));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** A callback to another path, whose connection stays open. */
function requestTo(path: string, body: string): Uint8Array {
  const headers = [json, `Content-Length: ${body.length}`];
  return requestBytes({ path, headers, body });
}

/** Bodies by what they are, each with the status of its answer. */
const bodies = (cases: Readonly<Record<string, readonly [string | Uint8Array, number]>>) =>
  Object.fromEntries(
    Object.entries(cases).map(([what, [body, status]]) =>
      [what, { bytes: request(body), answers: [status] }] as const
    ),
  );

/** A good body under other headers, each with the status of its answer. */
const heads = (cases: Readonly<Record<string, readonly [readonly string[], number]>>) =>
  Object.fromEntries(
    Object.entries(cases).map(([what, [lines, status]]) =>
      [what, { bytes: request(goodBody, lines), answers: [status] }] as const
    ),
  );

export const bodyAttacks: readonly Attack[] = [
  ...attacksOf("bodies that are not UTF-8", {
    ...bodies({
      "a byte of Latin-1": [latin1, 400],
      "the byte ff for a key": [Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d), 400],
      "a slash in two bytes, as UTF-8 forbids": [
        joined(bytesOf('{"a":"'), Uint8Array.of(0xc0, 0xaf), bytesOf('"}')),
        400,
      ],
      "half a character at the end": [joined(bytesOf(goodBody), Uint8Array.of(0xe2, 0x82)), 400],
      "UTF-16": [
        Uint8Array.from([...goodBody].flatMap((letter) => [letter.charCodeAt(0), 0])),
        400,
      ],
      "UTF-8 with a byte order mark": [`\ufeff${goodBody}`, 200],
      "NUL bytes": ["\0\0\0\0", 400],
      "half of a surrogate pair, escaped": [withExtra('"\\ud800"'), 200],
    }),
    "a byte of Latin-1, in chunks": {
      bytes: request(chunked(latin1), [json, "Transfer-Encoding: chunked"]),
      answers: [400],
    },
  }),
  ...attacksOf("nested JSON", {
    ...bodies({
      "arrays 100 levels deep": [withExtra(brackets(100)), 200],
      "objects 100 levels deep": [withExtra(objects(100)), 200],
      "arrays 100,000 levels deep": [withExtra(brackets(100_000)), 200],
      "objects 40,000 levels deep": [withExtra(objects(40_000)), 200],
      "100 levels where a text belongs": [goodBody.replace('"u1"', brackets(100)), 422],
      "100,000 levels without an end": ["[".repeat(100_000), 400],
    }),
    "100,000 levels in a field that is to be echoed": {
      bytes: requestTo(
        remark,
        `{"ownerUserID":"a","friendUserID":"b","remark":${brackets(100_000)}}`,
      ),
      answers: [422],
    },
  }),
  ...attacksOf("keys like __proto__", {
    ...bodies({
      "__proto__ and constructor": [
        `{"__proto__":{"a":1},"constructor":{"prototype":{}},${goodBody.slice(1)}`,
        200,
      ],
      "__proto__ with a field of its own instead of the body's": [
        `{"__proto__":${goodBody}}`,
        422,
      ],
      "__proto__ below a field": [withExtra('{"__proto__":{"polluted":true}}'), 200],
      "toString, valueOf, then and hasOwnProperty": [
        `{"toString":1,"valueOf":1,"then":1,"hasOwnProperty":1,${goodBody.slice(1)}`,
        200,
      ],
      "__proto__ for the command": [`{"callbackCommand":"__proto__",${goodBody.slice(1)}`, 404],
    }),
    "__proto__ for the command of the path": {
      bytes: requestTo("/__proto__", "{}"),
      answers: [400],
    },
    "constructor for the command of the query": {
      bytes: requestTo("/?command=constructor", "{}"),
      answers: [404],
    },
  }),
  ...attacksOf(
    "numbers like 1e999",
    bodies({
      "1e999 for a number": [goodBody.replace(":5", ":1e999"), 422],
      "-1e999 for a number": [goodBody.replace(":5", ":-1e999"), 422],
      "1e999 beside the fields": [withExtra("1e999"), 200],
      "a number of 10,000 digits": [withExtra("9".repeat(10_000)), 200],
      "5.5 for a whole number": [goodBody.replace(":5", ":5.5"), 422],
      "NaN": [goodBody.replace(":5", ":NaN"), 400],
      "0x10": [goodBody.replace(":5", ":0x10"), 400],
      "-0": [goodBody.replace(":5", ":-0"), 200],
    }),
  ),
  ...attacksOf(
    "duplicate keys",
    bodies({
      "a key twice": [`{"sendID":"a",${goodBody.slice(1)}`, 200],
      "a key twice, the later of a wrong type": [goodBody.replace("}", ',"sendID":[]}'), 422],
      "two commands": [
        `{"callbackCommand":"callbackAfterGroupMsgReadCommand","callbackCommand":"callbackBeforeAddFriendCommand",${
          goodBody.slice(1)
        }`,
        409,
      ],
      "a key 20,000 times": [`{${'"a":1,'.repeat(20_000)}${goodBody.slice(1)}`, 200],
    }),
  ),
  ...attacksOf("compressed bodies", {
    ...heads({
      "JSON that says it is gzip": [[json, "Content-Encoding: gzip"], 400],
      "JSON that says it is br": [[json, "Content-Encoding: br"], 415],
      "JSON that says it is gzip in gzip": [[json, "Content-Encoding: gzip, gzip"], 415],
    }),
    "gzip": {
      bytes: request(await compressed(goodBody, "gzip"), [json, "Content-Encoding: gzip"]),
      answers: [200],
    },
    "deflate": {
      bytes: request(await compressed(goodBody, "deflate"), [json, "Content-Encoding: deflate"]),
      answers: [200],
    },
    "gzip that is cut short": {
      bytes: request((await compressed(goodBody, "gzip")).subarray(0, -4), [
        json,
        "Content-Encoding: gzip",
      ]),
      answers: [400],
    },
    "gzip that does not say so": {
      bytes: request(await compressed(goodBody, "gzip")),
      answers: [400],
    },
    "50 MB in 50 KB of gzip": {
      bytes: request(await compressed(" ".repeat(50_000_000), "gzip"), [
        json,
        "Content-Encoding: gzip",
      ]),
      answers: [413],
    },
  }),
  ...attacksOf("wrong content types", {
    ...heads({
      "none": [[], 415],
      "a form's": [["Content-Type: application/x-www-form-urlencoded"], 415],
      "a form's with files": [["Content-Type: multipart/form-data; boundary=x"], 415],
      "text/plain": [["Content-Type: text/plain"], 415],
      "one that starts like JSON's": [["Content-Type: application/json-patch+json"], 415],
      "JSON's twice": [[json, json], 415],
      "JSON's and another": [[json, "Content-Type: text/html"], 415],
      "JSON's with 50 KB of parameters": [[`${json}; a=${"b".repeat(50_000)}`], 200],
      "50 KB of letters": [[`Content-Type: ${"b".repeat(50_000)}`], 415],
    }),
    "none, and no body": {
      bytes: bytesOf(`${firstLine}Content-Length: 0\r\n\r\n`),
      answers: [415],
    },
  }),
];
