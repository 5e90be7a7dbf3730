import {
  assertEquals,
  assertFalse,
  assertLess,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import fc from "fast-check";
import { RequestError } from "../../src/openim/request_error.ts";
import { aBody, decoded, decodedAt, readCommand, turnedAway } from "./incoming.ts";

/** The text of a body, decoded or turned away; any error but a RequestError is thrown on. */
function decodedOrTurnedAway(body: string): string {
  try {
    return decoded({ body }).text;
  } catch (error) {
    if (error instanceof RequestError) return body;
    throw error;
  }
}

const malformed = ["", " ", "{", "[]", "[{}]", "null", "1", '"text"', "true", "{} x", "\ufeff{}"];

for (const body of malformed) {
  Deno.test(`the body ${JSON.stringify(body)} is malformed`, () => {
    assertEquals(turnedAway({ body }).problem, "malformed");
  });
}

Deno.test("an empty body is called empty", () => {
  assertStringIncludes(turnedAway({ body: "" }).detail, "empty");
});

const brokenBodies = {
  "an unquoted value": ['{"secret": hunter2}', 12],
  "a value in single quotes": ["{\"secret\": 'hunter2'}", 12],
  "text after the object": ["{} hunter2", 4],
  "a missing comma": ['{"secret": "hunter2" "x": 1}', 22],
  "a comment": ["{/* hunter2 */}", 2],
} as const;

for (const [what, [body, character]] of Object.entries(brokenBodies)) {
  Deno.test(`${what} is broken JSON whose character is told`, () => {
    assertMatch(
      turnedAway({ body }).detail,
      new RegExp(`^invalid JSON at character ${character}: [a-z ]+$`),
    );
  });

  Deno.test(`${what} is broken JSON of which no error quotes anything`, () => {
    const error = turnedAway({ body });
    const told = [error.detail, error.message, String(error.cause), error.stack].join();
    assertFalse(told.includes("hunter2"));
  });
}

Deno.test("a body that is JSON but no object is told so", () => {
  assertStringIncludes(turnedAway({ body: "[]" }).detail, "has to be a JSON object");
});

const wrong: Record<string, unknown>[] = [
  { sendID: undefined },
  { sendID: 5 },
  { sendID: null },
  { unreadMsgNum: "5" },
  { unreadMsgNum: 1.5 },
  { unreadMsgNum: 1e300 },
  { contentType: null },
];

for (const fields of wrong) {
  const [[name, value] = []] = Object.entries(fields);
  Deno.test(`${name} ${JSON.stringify(value)} is refused and named`, () => {
    const { problem, detail } = turnedAway({ body: aBody(fields) });
    assertEquals(problem, "invalidField");
    assertStringIncludes(detail, `${name}:`);
  });
}

Deno.test("a field inside an object is named with its path", () => {
  assertStringIncludes(turnedAway({ body: aBody({ user: {} }) }).detail, "user.nickname:");
});

Deno.test("every wrong field is named, not only the first", () => {
  const { detail } = turnedAway({ body: aBody({ sendID: 5, unreadMsgNum: "5" }) });
  assertStringIncludes(detail, "sendID:");
  assertStringIncludes(detail, "unreadMsgNum:");
});

Deno.test("a wrong field's value stays out of the error", () => {
  const { message } = turnedAway({ body: aBody({ unreadMsgNum: "hunter2" }) });
  assertFalse(message.includes("hunter2"));
});

Deno.test("the callback carries the fields that the schema names", () => {
  const { request } = decoded({ body: aBody({ sendID: "u7", unreadMsgNum: 9 }) });
  assertEquals([request.sendID, request.unreadMsgNum], ["u7", 9]);
});

Deno.test("fields that the schema does not name are kept", () => {
  const { request } = decoded({ body: aBody({ newInV4: { deep: [1, null] } }) });
  assertEquals(request.newInV4, { deep: [1, null] });
});

Deno.test("the text is the body as it came, spaces, escapes and order included", () => {
  const body =
    ` { "unreadMsgNum" : 5,"sendID":"\\u003cu1\\u003e","callbackCommand":"${readCommand}"}\n`;
  assertEquals(decoded({ body }).text, body);
});

Deno.test("an int64 beyond 2^53 keeps every digit in the text", () => {
  const body = aBody().replace('"unreadMsgNum":5', '"unreadMsgNum":9007199254740993');
  assertStringIncludes(decoded({ body }).text, '"unreadMsgNum":9007199254740993');
});

Deno.test("the largest and the least int64 are taken", () => {
  for (const digits of ["9223372036854775807", "-9223372036854775808"]) {
    const body = aBody().replace('"unreadMsgNum":5', `"unreadMsgNum":${digits}`);
    assertEquals(decoded({ body }).request.unreadMsgNum, Number(digits));
  }
});

Deno.test("a __proto__ key gives the request no field past the schema", () => {
  const body = aBody().replace("{", '{"__proto__":{"contentType":"unchecked","admin":true},');
  const { request } = decoded({ body });
  assertEquals([request.contentType, request.admin], [undefined, undefined]);
});

Deno.test("a __proto__ key stands in for no missing field", () => {
  const body = aBody({ sendID: undefined }).replace("{", '{"__proto__":{"sendID":"u1"},');
  assertStringIncludes(turnedAway({ body }).detail, "sendID:");
});

for (
  const [changes, detail] of [
    [{ sendID: undefined }, "sendID: is missing; expected string"],
    [{ sendID: 5 }, "sendID: expected string, got number"],
    [{ unreadMsgNum: "5" }, "unreadMsgNum: expected number, got string"],
    [{ unreadMsgNum: 1.5 }, "unreadMsgNum: expected a whole number (int64)"],
  ] as const
) {
  Deno.test(`a body with ${Deno.inspect(changes)} is told in our words what is wrong`, () => {
    assertEquals(turnedAway({ body: aBody(changes) }).detail, detail);
  });
}

Deno.test("a __proto__ key names no command", () => {
  const body = `{"__proto__":{"callbackCommand":"${readCommand}"},"sendID":"u1","unreadMsgNum":5}`;
  assertEquals(turnedAway({ path: "/", body }).problem, "malformed");
});

Deno.test("keys that every object inherits are fields like any other", () => {
  const { request } = decoded({ body: aBody({ constructor: 1, toString: 2 }) });
  assertEquals([request.constructor, request.toString], [1, 2] as unknown[]);
});

Deno.test("the callback says when it was decoded", () => {
  assertEquals(decoded().receivedAt, decodedAt);
});

Deno.test("any body is decoded or turned away with a RequestError", () => {
  const bodies = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.json(),
    fc.dictionary(fc.constantFrom("sendID", "unreadMsgNum", "operationID", "user"), fc.jsonValue())
      .map(aBody),
  );
  fc.assert(fc.property(bodies, (body) => {
    assertEquals(decodedOrTurnedAway(body), body);
  }));
});

Deno.test("a long path that looks like a command's takes no time to read", () => {
  const path = `/callback${"Command".repeat(9000)}!`;
  const began = performance.now();
  decoded({ path });
  assertLess(performance.now() - began, 100);
});
