import { assertEquals, assertMatch } from "@std/assert";
import { httpHeaders } from "../../src/values/http_headers.ts";

/** The places and the messages of what is wrong with headers. */
const problemsOf = (headers: Readonly<Record<string, string>>) =>
  httpHeaders.safeParse(headers).error?.issues.map(({ path, message }) => [path[0], message]) ?? [];

Deno.test("headers are taken as they are written", () => {
  const headers = { "X-Team": "growth", authorization: "Bearer x", "x-empty": "" };
  assertEquals(httpHeaders.parse(headers), headers);
});

Deno.test("two spellings of one header are an error that names both", () => {
  assertEquals(problemsOf({ "X-Team": "a", "x-other": "b", "x-team": "c" }), [
    ["x-team", '"X-Team" is the same header: keep one of them'],
  ]);
});

for (const name of ["x team", "", "x:team", "ünïcödé"]) {
  Deno.test(`"${name}" is not a header's name`, () => {
    assertEquals(problemsOf({ [name]: "a" }).map(([place]) => place), [name]);
  });
}

for (const value of ["a\r\nx-other: b", "a\0", "Bearer secret\n", "müde"]) {
  Deno.test(`${JSON.stringify(value)} is not a header's value, and is not told`, () => {
    assertEquals(problemsOf({ "x-team": value }), [
      ["x-team", "not a header value: expected one line of ASCII"],
    ]);
  });
}

Deno.test("what HTTP says for itself is no header to set, whatever its case", () => {
  for (const name of ["Host", "content-length", "Transfer-Encoding", "CONNECTION", "expect"]) {
    assertEquals(httpHeaders.safeParse({ [name]: "a" }).success, false, name);
  }
});

for (
  const name of [
    "webhook-id",
    "Webhook-Timestamp",
    "WEBHOOK-SIGNATURE",
    "operationID",
    "X-Callback-Command",
    "x-delivery-attempt",
    "x-delivery-ids",
    "traceparent",
    "tracestate",
  ]
) {
  Deno.test(`${name} is the router's own header, which is refused with the reason`, () => {
    const [issue] = httpHeaders.safeParse({ [name]: "a" }).error!.issues;
    assertEquals(issue?.path, [name]);
    const inner = (issue as { issues?: readonly { message: string }[] }).issues?.[0]?.message ?? "";
    assertMatch(inner, /^the router sets this header itself: it .+; leave it out$/);
  });
}

Deno.test("a delivery's content type and user agent may be set", () => {
  const headers = { "Content-Type": "application/vnd.kafka.json.v2+json", "user-agent": "us/1" };
  assertEquals(httpHeaders.parse(headers), headers);
});
