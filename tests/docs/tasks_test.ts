/** The tasks of `deno.json` are documented, and the pages name no others. */
import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { root } from "../support/server_process.ts";
import { pages } from "./pages.ts";

const { tasks }: { tasks: Readonly<Record<string, { readonly description?: string }>> } = JSON
  .parse(await Deno.readTextFile(join(root, "deno.json")));

const texts = await Promise.all(
  (await pages()).map(async (page) => [page, await Deno.readTextFile(join(root, page))] as const),
);

Deno.test("every task of deno.json says what it does", () => {
  const silent = Object.entries(tasks).filter(([, { description = "" }]) =>
    description.length < 10
  );
  assertEquals(silent, []);
});

Deno.test("the pages name every task of deno.json", () => {
  const named = (task: string) =>
    [`task ${task} `, `task ${task}\n`, `task ${task}\``, `\`${task}\``].some((written) =>
      texts.some(([, text]) => text.includes(written))
    );
  assertEquals(Object.keys(tasks).filter((task) => !named(task)), []);
});

Deno.test("the pages name no task that deno.json does not have", () => {
  const named = texts.flatMap(([page, text]) =>
    [...text.matchAll(/\bdeno(?:@[\d.]+)? task ([a-z][\w:]*)/g)]
      .map(([, task = ""]) => [page, task] as const)
  );
  assert(named.length > 30);
  assertEquals(named.filter(([, task]) => !(task in tasks)), []);
});
