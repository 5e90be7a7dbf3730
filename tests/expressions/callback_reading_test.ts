import { assertEquals, assertThrows } from "@std/assert";
import { z } from "zod";
import type { Callback } from "../../src/openim/callback.ts";
import { CelScope } from "../../src/expressions/cel_scope.ts";
import { aCallback } from "../support/callbacks.ts";

const scope = CelScope.of(z.looseObject({ sendID: z.string() }));

/** A callback that counts how often its text is read. */
function aCountedCallback(text: string) {
  const counted = { times: 0 };
  const callback: Callback = {
    ...aCallback({ request: JSON.parse(text) }),
    get text() {
      counted.times++;
      return text;
    },
  };
  return { callback, counted };
}

Deno.test("the digits of a body are read once for all of its expressions", () => {
  const { callback, counted } = aCountedCallback('{"sendID":"u1","long":9007199254740993}');
  const other = scope.withOutputs({ vars: { found: "int" } });
  for (const place of [scope, other]) {
    const { evaluate } = place.compile("body.long == 9007199254740993");
    for (let time = 0; time < 3; time++) assertEquals(evaluate(callback, {}), true);
  }
  assertEquals(counted.times, 1);
});

Deno.test("the digits of a body are not read where no expression needs them", () => {
  const { callback, counted } = aCountedCallback(
    '{"sendID":"u1","a":{"b":1,"long":9007199254740993},"list":[9007199254740993]}',
  );
  for (
    const source of ["body.sendID == 'u1'", "body.a.b == 1", "has(body.sendID)", "'a' in body"]
  ) {
    assertEquals(scope.compile(source).evaluate(callback, {}), true, source);
  }
  assertEquals(counted.times, 0);
});

Deno.test("a member that no expression reads is left alone", () => {
  const request = {
    sendID: "u1",
    inner: {
      read: [1, 2],
      get unread(): never {
        throw new Error("read");
      },
    },
  };
  const callback = { ...aCallback(), request };
  const valueOf = (source: string) => scope.compile(source).evaluate(callback, {});
  assertEquals(valueOf("body.inner.read"), [1n, 2n]);
  assertEquals(valueOf("size(body.inner) == 2 && has(body.inner.read)"), true);
  assertThrows(() => valueOf("body.inner.unread"), Error, "read");
});

Deno.test("all that an expression hands on has its digits", () => {
  const text = '{"sendID":"u1","a":{"list":[{"long":9007199254740993}]}}';
  const callback = aCallback({ request: JSON.parse(text), text });
  const [value] = scope.compile("[body.a]").evaluate(callback, {}) as [Map<string, unknown>];
  const [item] = value.get("list") as [Map<string, unknown>];
  assertEquals(item.get("long"), 9007199254740993n);
});

Deno.test("keys such as __proto__ and constructor are members like any other", () => {
  const text = '{"sendID":"u1","a":{"__proto__":{"x":1},"constructor":2,"toString":null}}';
  const callback = aCallback({ request: JSON.parse(text), text });
  for (
    const source of [
      "body.a.__proto__.x == 1",
      "body.a['constructor'] == 2",
      "body.a.toString == null",
      "!has(body.a.valueOf) && !('valueOf' in body.a)",
      "body.a.exists(name, name == '__proto__') && size(body.a) == 3",
    ]
  ) assertEquals(scope.compile(source).evaluate(callback, {}), true, source);
});
