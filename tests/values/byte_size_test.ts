import { assertEquals, assertFalse } from "@std/assert";
import { bytes, byteSize } from "../../src/values/byte_size.ts";

Deno.test("a size is counted in bytes", () => {
  assertEquals(["1B", "3KiB", "2MiB"].map(bytes), [1, 3072, 2_097_152]);
});

Deno.test("a size that can be counted passes the check", () => {
  assertEquals(byteSize.parse("512KiB"), "512KiB");
});

Deno.test("a size without a unit, without an amount or with a strange unit is refused", () => {
  for (const text of ["", "1", "KiB", "1KB", "1kib", "1 MiB", "1.5MiB", "-1B", "0B", "1GiB"]) {
    assertFalse(byteSize.safeParse(text).success, text);
  }
});

Deno.test("a refused size is told what one looks like", () => {
  assertEquals(
    byteSize.safeParse("1MB").error?.issues.map(({ message }) => message),
    ['expected a size such as "512KiB" or "1MiB"'],
  );
});

Deno.test("a size beyond what can be held in memory is refused and told the bound", () => {
  assertEquals(byteSize.parse("1024MiB"), "1024MiB");
  for (const text of ["1025MiB", "99999999999999999999B"]) {
    assertEquals(
      byteSize.safeParse(text).error?.issues.map(({ message }) => message),
      ['expected at most "1024MiB"'],
      text,
    );
  }
});
