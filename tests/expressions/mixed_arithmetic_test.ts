import { assertEquals } from "@std/assert";
import { typeOf, valueOf } from "./scope_builder.ts";

Deno.test("a whole number meets a fraction in every operation", () => {
  assertEquals(
    ["+", "-", "*", "/", "%"].map((sign) => valueOf(`unreadMsgNum ${sign} 1.5`)),
    [6.5, 3.5, 7.5, 5 / 1.5, 0.5],
  );
});

Deno.test("a fraction meets a whole number in every operation", () => {
  assertEquals(
    ["+", "-", "*", "/", "%"].map((sign) => valueOf(`2.5 ${sign} unreadMsgNum`)),
    [7.5, -2.5, 12.5, 0.5, 2.5],
  );
});

Deno.test("what comes of a whole number and a fraction is a fraction", () => {
  assertEquals(typeOf("unreadMsgNum * 1.5"), "double");
});

Deno.test("what comes of two whole numbers is a whole number", () => {
  assertEquals([typeOf("unreadMsgNum / 2"), valueOf("unreadMsgNum / 2")], ["int", 2n]);
});

Deno.test("a whole number is compared with a fraction", () => {
  assertEquals(valueOf("unreadMsgNum > 4.5"), true);
  assertEquals(valueOf("unreadMsgNum * 1.5 > 2.0"), true);
  assertEquals(valueOf("score <= unreadMsgNum"), true);
});

Deno.test("a field of any type meets a fraction", () => {
  assertEquals(valueOf("extra.level * 1.5"), 10.5);
});

Deno.test("a whole number equals a fraction of the same value, in either order", () => {
  assertEquals(
    ["unreadMsgNum == 5.0", "5.0 == unreadMsgNum", "score == 2", "2 == score"].map((source) =>
      valueOf(source)
    ),
    [true, true, true, true],
  );
});

Deno.test("a whole number differs from a fraction of another value, in either order", () => {
  assertEquals(
    ["unreadMsgNum != 5.5", "5.5 != unreadMsgNum", "score != 2", "unreadMsgNum == 5.5"].map((
      source,
    ) => valueOf(source)),
    [true, true, false, false],
  );
});
