import { assertEquals } from "@std/assert";
import { rulesFile } from "../../src/config/sections/rules_file.ts";
import { retentionOf } from "../../src/runtime/retention.ts";

const day = 86_400_000;

/** What a rules file with this under `store.keep` means. */
const kept = (keep?: object) => retentionOf(rulesFile.parse({ store: { keep } }).store.keep);

Deno.test("delivered ones are not kept, dead letters for 30 days, unless the file says so", () => {
  assertEquals(kept(), { delivered: undefined, dead: 30 * day, most: 100_000 });
});

Deno.test("what is kept is as long as the file says", () => {
  const keep = { delivered: "1h", dead: "90d", most: 5 };
  assertEquals(kept(keep), { delivered: 3_600_000, dead: 90 * day, most: 5 });
});

for (const [name, value] of [["delivered", "0s"], ["dead", "soon"], ["most", 0]] as const) {
  Deno.test(`store.keep.${name} refuses ${JSON.stringify(value)}`, () => {
    const read = rulesFile.safeParse({ store: { keep: { [name]: value } } });
    assertEquals(read.error?.issues.map(({ path }) => path), [["store", "keep", name]]);
  });
}
