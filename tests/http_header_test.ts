import { assertEquals } from "@std/assert";
import { headerName, headerValue } from "../src/http_header.ts";

const names = ["x-team", "Authorization", "x team", "x:y", "", "é"];
const values = ["", "Bearer a.b", "a\tb", "a\r\nb", "\0", "é"];

Deno.test("a header's name is checked as HTTP does", () => {
  assertEquals(names.filter((name) => headerName.safeParse(name).success), names.slice(0, 2));
});

Deno.test("a header's value is one line of ASCII", () => {
  assertEquals(values.filter((value) => headerValue.safeParse(value).success), values.slice(0, 3));
});
