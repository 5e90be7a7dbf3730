import { assertEquals, assertThrows } from "@std/assert";
import {
  era21,
  era30,
  era34,
  era37,
  eras,
  goDecode,
  GoDecodeError,
  refuses,
} from "./go_decoder.ts";

for (const body of ["{}", "null", " {} \n"]) {
  Deno.test(`every era takes ${JSON.stringify(body)} for consent`, () => {
    assertEquals(eras.map((era) => refuses(body, era)), eras.map(() => false));
  });
}

for (const body of ["", "[]", '"ok"', "1", "ok", "\ufeff{}", "{}{}", "{} x"]) {
  Deno.test(`no era decodes ${JSON.stringify(body)}`, () => {
    for (const era of eras) assertThrows(() => goDecode(body, era), GoDecodeError);
  });
}

for (const nextCode of ['""', '"1"', "1.0", "1e0", "true", "2147483648", "-2147483649"]) {
  Deno.test(`nextCode ${nextCode} is a decoding error since 3.4.2 and unread before`, () => {
    const body = `{"nextCode":${nextCode}}`;
    assertThrows(() => goDecode(body, era37), GoDecodeError);
    assertThrows(() => goDecode(body, era34), GoDecodeError);
    goDecode(body, era30);
    goDecode(body, era21);
  });
}

Deno.test("null counts as not given", () => {
  assertEquals(refuses('{"actionCode":null,"errMsg":null,"nextCode":1}', era37), true);
});

for (const name of ["nextcode", "NextCode", "NEXTCODE"]) {
  Deno.test(`the name ${name} is nextCode to Go`, () => {
    assertEquals(refuses(`{"${name}":1}`, era37), true);
  });
}

Deno.test("actionCode 1 allows since 3.7 and refuses before 3.6", () => {
  const body = '{"actionCode":1,"nextCode":1}';
  assertEquals([era21, era30, era34, era37].map((era) => refuses(body, era)), [
    true,
    true,
    true,
    false,
  ]);
});
