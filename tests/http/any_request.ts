/** Requests of every kind that a socket can carry, for property tests of the listener. */
import fc from "fast-check";
import { commands } from "../support/catalogue.ts";
import { samples } from "../support/samples.ts";
import type { RawRequest } from "./raw_request.ts";
import { chunked } from "./raw_request.ts";

const utf8 = new TextEncoder();

const names = commands.flatMap(({ command, aliases }) => [command, ...aliases]);
const commandName = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...names) },
  { weight: 1, arbitrary: fc.constantFrom("callbackX", "callbackNoCommand", "__proto__", "", "%") },
  { weight: 1, arbitrary: fc.string({ unit: "binary" }) },
);

// HEAD is left out: its answer has no body whatever the router does
const method = fc.oneof(
  { weight: 8, arbitrary: fc.constant("POST") },
  {
    weight: 1,
    arbitrary: fc.constantFrom("GET", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "M-SEARCH"),
  },
  { weight: 1, arbitrary: fc.stringMatching(/^[A-Za-z]{1,12}$/).filter((name) => name !== "HEAD") },
);

const segment = fc.oneof(
  fc.webSegment(),
  fc.constantFrom("callbackExample", "", "..", ".", "%", "%2F", "%00", "%ff", "%u0041", "@", ";"),
  commandName.map(encodeURIComponent),
);
const path = fc.array(segment, { maxLength: 4 }).map((segments) => `/${segments.join("/")}`);
const parameter = fc.tuple(
  fc.oneof(fc.constantFrom("command", "contenttype", "key", "Command"), fc.webSegment()),
  fc.oneof(commandName.map(encodeURIComponent), fc.constantFrom("%", "%ff", "+", "=")),
).map(([name, value]) => `${name}=${value}`);
const query = fc.oneof(
  fc.constant(""),
  fc.array(parameter, { maxLength: 3 }).map((parameters) => `?${parameters.join("&")}`),
  fc.webQueryParameters().map((parameters) => `?${parameters}`),
  fc.constantFrom("?", "??", "?&&", "?=", "?command", "?command=%E0%A4%A", "?token=a?command=X"),
);

const headerValue = fc.oneof(
  fc.stringMatching(/^[\x21-\x7e](?:[\x20-\x7e]{0,60}[\x21-\x7e])?$/),
  fc.constantFrom("", "op-1", "é".repeat(3), "x".repeat(3000)),
);
const contentType = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      "application/json",
      "application/json; charset=utf-8",
      "APPLICATION/JSON;charset=latin1",
    ),
  },
  { weight: 1, arbitrary: headerValue },
);
const headers = fc.record({
  "Content-Type": contentType,
  Operationid: headerValue,
  Accept: headerValue,
}, { requiredKeys: [] }).map((fields) =>
  Object.entries(fields).map(([name, value]) => `${name}: ${value}`)
);

/** A sample in which some fields are something else and some are new. */
const changedSample = fc.tuple(
  fc.constantFrom(...samples),
  fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.jsonValue()), { maxLength: 3 }),
  fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 2 }),
  fc.oneof(fc.constant(undefined), commandName),
).map(([{ fields }, changes, more, callbackCommand]) => {
  const known = Object.keys(fields);
  const changed = changes.map(([at, value]) =>
    [known[Math.floor(at * (known.length - 1))]!, value] as const
  );
  return JSON.stringify({
    ...fields,
    ...more,
    ...Object.fromEntries(changed),
    ...callbackCommand === undefined ? {} : { callbackCommand },
  });
});

const oddTexts = [
  "",
  "null",
  "{}",
  "[]",
  "{",
  '{"callbackCommand":{}}',
  '{"callbackCommand":"callbackBeforeSetGroupInfoExCommand","groupID":1e999,"ex":-0}',
  '{"callbackCommand":"callbackBeforeSetFriendRemarkCommand","remark":"\\ud800"}',
  '{"callbackCommand":"callbackBeforeSetFriendRemarkCommand","remark":99999999999999999999999}',
  `{"callbackCommand":"callbackBeforeSetFriendRemarkCommand","remark":${"[".repeat(5000)}1${
    "]".repeat(5000)
  }}`,
  '{"__proto__":{"callbackCommand":"callbackBeforeAddFriendCommand"}}',
  "\ufeff{}",
  "{}\n{}",
  `${"[".repeat(20_000)}${"]".repeat(20_000)}`,
  `${'{"a":'.repeat(10_000)}1${"}".repeat(10_000)}`,
  `{"a":"${"x".repeat(70_000)}"}`,
] as const;

/** A body of any bytes, JSON more often than not. */
export const anyBody: fc.Arbitrary<Uint8Array> = fc.oneof(
  { weight: 4, arbitrary: changedSample.map((text) => utf8.encode(text)) },
  { weight: 2, arbitrary: fc.json().map((text) => utf8.encode(text)) },
  { weight: 2, arbitrary: fc.uint8Array({ maxLength: 300 }) },
  { weight: 2, arbitrary: fc.constantFrom(...oddTexts).map((text) => utf8.encode(text)) },
);

/** A body in chunks of any size. */
const inChunks = fc.tuple(anyBody, fc.integer({ min: 1, max: 5000 })).map(([body, size]) => {
  const parts: Uint8Array[] = [];
  for (let at = 0; at < body.length; at += size) parts.push(body.subarray(at, at + size));
  return { coding: "Transfer-Encoding: chunked", body: chunked(...parts) };
});
const inOne = anyBody.map((body) => ({ coding: `Content-Length: ${body.length}`, body }));

/** A whole HTTP request; what it asks for is another matter. */
export const anyRequest: fc.Arbitrary<RawRequest> = fc.record({
  method,
  path: fc.tuple(path, query).map((parts) => parts.join("")),
  headers,
  content: fc.oneof({ weight: 3, arbitrary: inOne }, { weight: 1, arbitrary: inChunks }),
}).map(({ content: { coding, body }, headers, ...rest }) => ({
  ...rest,
  headers: [...headers, coding],
  body,
}));
