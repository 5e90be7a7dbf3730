import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { attributes } from "../../src/observe/tracer.ts";
import { root } from "../support/server_process.ts";

const page = await Deno.readTextFile(join(root, "docs/operations.md"));
const [, section = ""] = page.split("## Traces");

Deno.test("docs/operations.md lists every attribute of the router's own, and no other", () => {
  const listed = section.split("\n").filter((line) => line.startsWith("| `openim."))
    .flatMap((line) => [...line.matchAll(/`(openim\.[a-z_.]+)`/g)].map(([, name]) => name!));
  assertEquals(listed.toSorted(), Object.values(attributes).toSorted());
});

Deno.test("docs/operations.md names the spans that the code makes", async () => {
  const code = await Promise.all(
    ["callback_spans.ts", "attempt_spans.ts"].map((file) =>
      Deno.readTextFile(join(root, "src/observe", file))
    ),
  );
  const made = [...code.join("\n").matchAll(/(?:startSpan|#past|updateName)\(\s*["`]([^"`]+)["`]/g)]
    .map(([, name]) => name!.replace(/\$\{[^}]*\}/g, ""));
  assertEquals(made.length, 5);
  for (const name of made) assert(section.includes(`\`${name}`), name);
});
