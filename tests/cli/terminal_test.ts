import { assertEquals } from "@std/assert";
import { columns } from "../../src/cli/terminal.ts";

Deno.test("every column starts where its heading does", () => {
  assertEquals(
    columns(["command", "timing", "rules"], [["a", "before", "log"], [
      "a longer name",
      "after",
      "count",
    ]]),
    [
      "command        timing  rules",
      "a              before  log",
      "a longer name  after   count",
    ].join("\n"),
  );
});

Deno.test("a heading that is wider than its values makes its column wide", () => {
  assertEquals(
    columns(["a wide heading", "b"], [["1", "2"]]),
    "a wide heading  b\n1               2",
  );
});

Deno.test("no line ends in spaces", () => {
  const text = columns(["name", "value"], [["a", ""], ["b", "x"]]);
  assertEquals(text.split("\n").filter((line) => line !== line.trimEnd()), []);
  assertEquals(text.split("\n")[1], "a");
});

Deno.test("columns have no colours and no frame, whatever the terminal", () => {
  const text = columns(["name", "value"], [["a", "b"]]);
  assertEquals(/^[\w \n]+$/.test(text), true);
});

Deno.test("wide characters take the two columns that terminals give them", () => {
  assertEquals(columns(["name", "x"], [["消息", "1"]]), "name  x\n消息  1");
});

Deno.test("no rows are the heading alone", () => {
  assertEquals(columns(["name", "value"], []), "name  value");
});
