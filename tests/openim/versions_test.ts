import { assert, assertEquals, assertFalse } from "@std/assert";
import { concerns, isVersion, isWithin, later, rangeText } from "../../src/openim/versions.ts";
import { commands } from "../support/catalogue.ts";

/** OpenIM's versions, oldest first. */
const inOrder = [
  "v2.0.2",
  "v2.0.10",
  "v2.1.0",
  "v2.3.0-rc2",
  "v2.3.3",
  "v3.0.0-alpha.0",
  "v3.0.0",
  "v3.3.3-beta.2",
  "v3.3.3-bate.4",
  "v3.3.3-rc.0",
  "v3.4.0",
  "v3.7.0",
  "v3.8.0-rc.1",
  "v3.8.0",
  "v3.8.1-rc.3",
  "v3.8.1-rc.4",
  "v3.8.1",
  "v3.8.3",
  "v3.8.3-patch.9",
  "v3.8.3-patch.16",
  "v3.8.4-alpha.1",
  "main",
];

Deno.test("OpenIM's versions have an order: a patch comes after its release, main after all", () => {
  for (const [index, version] of inOrder.entries()) {
    for (const [position, other] of inOrder.entries()) {
      assertEquals(isWithin(version, { to: other }), index <= position, `${version} to ${other}`);
      assertEquals(
        isWithin(version, { from: other }),
        index >= position,
        `${version} from ${other}`,
      );
      assertEquals(isWithin(version, { before: other }), index < position, `${version} < ${other}`);
      assertEquals(later(version, other), inOrder[Math.max(index, position)]);
    }
  }
});

Deno.test("a version may be written without its v", () => {
  assert(isWithin("3.8.1", { from: "v3.7.0", to: "v3.8.1" }));
  assertFalse(isWithin("3.8.3", { from: "v3.7.0", to: "v3.8.1" }));
});

Deno.test("a range without ends is every version", () => {
  for (const version of inOrder) assert(isWithin(version, {}));
});

Deno.test("while the version is not known every fact concerns it", () => {
  assert(concerns(undefined, { from: "v3.7.0", to: "v3.8.1" }));
  assert(concerns("3.8.0", { from: "v3.7.0", to: "v3.8.1" }));
  assertFalse(concerns("3.8.3", { from: "v3.7.0", to: "v3.8.1" }));
});

Deno.test("every version that the catalogue names is one", () => {
  const named = commands.flatMap(({ webhook: { since, until, renamed } }) =>
    [since, until, renamed].filter((version) => version !== undefined)
  );
  assertEquals([...inOrder, ...named].filter((version) => !isVersion(version)), []);
});

for (
  const text of ["", "3", "3.8", "v3.8.x", "latest", "3.8.3-foo.1", "3.8.3 ", "Main", "-1.0.0"]
) {
  Deno.test(`"${text}" is no version`, () => assertFalse(isVersion(text)));
}

for (
  const [range, words] of [
    [{ from: "v3.7.0", to: "v3.8.1" }, "3.7.0 to 3.8.1"],
    [{ to: "v3.8.4-alpha.1" }, "up to 3.8.4-alpha.1"],
    [{ from: "v3.4.2" }, "3.4.2 and later"],
    [{ from: "v3.5.0", before: "v3.7.0" }, "3.5.0 and later, before 3.7.0"],
    [{ before: "v3.7.0" }, "before 3.7.0"],
    [{ from: "main" }, "the main branch"],
    [{}, "every version"],
  ] as const
) {
  Deno.test(`the words for ${JSON.stringify(range)} are "${words}"`, () => {
    assertEquals(rangeText(range), words);
  });
}
