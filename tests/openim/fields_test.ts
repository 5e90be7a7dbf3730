import { assertEquals, assertStringIncludes } from "@std/assert";
import { groupID, int32, int64, uint32, userID } from "../../src/openim/fields.ts";

const whole = [
  { name: "int32", type: int32, least: -(2 ** 31), most: 2 ** 31 - 1 },
  { name: "uint32", type: uint32, least: 0, most: 2 ** 32 - 1 },
] as const;

for (const { name, type, least, most } of whole) {
  for (const value of [least, 0, most]) {
    Deno.test(`${name} takes ${value}`, () => {
      assertEquals(type.parse(value), value);
    });
  }

  for (const value of [least - 1, most + 1]) {
    Deno.test(`${name} does not take ${value}`, () => {
      assertEquals(type.safeParse(value).success, false);
    });
  }
}

for (const digits of ["-9223372036854775808", "9223372036854775807", "9007199254740993", "0"]) {
  Deno.test(`int64 takes ${digits} as JSON.parse gives it`, () => {
    assertEquals(int64.safeParse(JSON.parse(digits)).success, true);
  });
}

for (const digits of ["9223372036854779904", "-9223372036854779904", "1e300"]) {
  Deno.test(`int64 does not take ${digits}`, () => {
    assertEquals(int64.safeParse(JSON.parse(digits)).success, false);
  });
}

for (const [name, type] of Object.entries({ int32, uint32, int64 })) {
  for (const value of [1.5, NaN, Infinity, "1", null, true, [1], undefined]) {
    Deno.test(`${name} does not take the ${typeof value} ${value}`, () => {
      assertEquals(type.safeParse(value).success, false);
    });
  }

  Deno.test(`${name} says which width was expected`, () => {
    assertStringIncludes(type.safeParse(1.5).error?.issues[0]?.message ?? "", name);
  });

  Deno.test(`${name} carries its wire type, which described fields keep`, () => {
    assertEquals(type.describe("A count.").meta()?.wire, name);
  });
}

for (const [name, type] of Object.entries({ userID, groupID })) {
  Deno.test(`${name} takes any text, the empty one included`, () => {
    assertEquals(["", "u1", "用户"].map((text) => type.safeParse(text).success), [
      true,
      true,
      true,
    ]);
  });

  Deno.test(`${name} takes no number`, () => {
    assertEquals(type.safeParse(5).success, false);
  });
}
