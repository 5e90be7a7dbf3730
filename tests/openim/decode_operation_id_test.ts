import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { aBody, decoded, freshID, turnedAway } from "./incoming.ts";

const bodyWith = (operationID: unknown) => aBody({ operationID });

Deno.test("the header's operationID is taken before the body's", () => {
  assertEquals(decoded({ body: bodyWith("op-body") }).operationID, "op-header");
});

for (const operationIDHeader of [undefined, ""]) {
  Deno.test(`with the header ${JSON.stringify(operationIDHeader)} the body's is taken`, () => {
    const callback = decoded({ operationIDHeader, body: bodyWith("op-body") });
    assertEquals(callback.operationID, "op-body");
  });
}

for (const operationID of [undefined, "", null, 5, ["op"], { id: "op" }]) {
  Deno.test(`a body with operationID ${JSON.stringify(operationID)} gets a fresh one`, () => {
    const callback = decoded({ operationIDHeader: undefined, body: bodyWith(operationID) });
    assertEquals(callback.operationID, freshID);
  });
}

const unsafe = {
  "a line break": "op\nforged",
  "a carriage return": "op\r\nx-forged: 1",
  "a NUL": "op\0",
  "a tab": "op\t1",
  "an escape sequence": "\x1b[31mop",
  "a delete": "op\x7f",
  "a next line character": "op\x85forged",
  "a line separator": "op\u2028forged",
  "letters beyond ASCII": "öp",
  "a leading space": " op",
  "a trailing space": "op ",
  "257 characters": "x".repeat(257),
};

for (const [what, id] of Object.entries(unsafe)) {
  Deno.test(`a body's operationID with ${what} is replaced`, () => {
    const callback = decoded({ operationIDHeader: undefined, body: bodyWith(id) });
    assertEquals(callback.operationID, freshID);
  });

  Deno.test(`a header's operationID with ${what} gives way to the body's`, () => {
    const callback = decoded({ operationIDHeader: id, body: bodyWith("op-body") });
    assertEquals(callback.operationID, "op-body");
  });
}

for (const id of ["p_12_34", "a", "op 1", "1754300000000-x/y+z=", "x".repeat(256)]) {
  Deno.test(`the operationID "${id.slice(0, 24)}" of ${id.length} characters is kept`, () => {
    assertEquals(decoded({ operationIDHeader: id }).operationID, id);
  });
}

Deno.test("whatever comes, the operationID may travel in a header", () => {
  const text = fc.string({ unit: "binary", maxLength: 400 });
  fc.assert(fc.property(text, text, (operationIDHeader, operationID) => {
    const callback = decoded({ operationIDHeader, body: bodyWith(operationID) });
    const headers = new Headers({ operationID: callback.operationID });
    assertEquals(headers.get("operationID"), callback.operationID);
  }));
});

Deno.test("replacing an unsafe operationID leaves the request's field as it came", () => {
  const { request } = decoded({ body: bodyWith("op\nforged") });
  assertEquals(request.operationID, "op\nforged");
});

Deno.test("an error knows the header's operationID although the body is broken", () => {
  assertEquals(turnedAway({ body: "{" }).operationID, "op-header");
});

Deno.test("an error without a usable operationID in a broken request has none", () => {
  assertEquals(turnedAway({ operationIDHeader: "a\nb", body: "{" }).operationID, undefined);
});

Deno.test("an error about a field knows the body's operationID", () => {
  const body = aBody({ sendID: 5, operationID: "op-body" });
  assertEquals(turnedAway({ operationIDHeader: undefined, body }).operationID, "op-body");
});

Deno.test("an error about the command knows the body's operationID", () => {
  const body = aBody({ callbackCommand: "callbackNoCommand", operationID: "op-body" });
  const error = turnedAway({ path: "/", operationIDHeader: undefined, body });
  assertEquals(error.operationID, "op-body");
});
