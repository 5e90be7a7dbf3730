import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { requestProblems } from "../../src/openim/request_error.ts";
import { root } from "../support/server_process.ts";

const page = await Deno.readTextFile(join(root, "docs/operations.md"));

/** The rows of the table of requests that are turned away, cell by cell. */
function rows(): readonly (readonly string[])[] {
  const [, section = ""] = page.split("## Requests that are turned away\n");
  return section.split("\n## ")[0]!.split("\n")
    .filter((line) => /^\| `[a-zA-Z]+` +\| \d{3} /.test(line))
    .map((line) => line.slice(1, -1).split("|").map((cell) => cell.trim()));
}

Deno.test("docs/operations.md lists every request that is turned away, with its codes", () => {
  assertEquals(
    rows().map((cells) => cells.slice(0, 4)),
    Object.entries(requestProblems).map(([problem, { status, code, message }]) => [
      ...[`\`${problem}\``, String(status), String(code), message],
    ]),
  );
});

Deno.test("docs/operations.md says of every request that is turned away what to do", () => {
  for (const [problem, , , , remedy = ""] of rows()) assert(remedy.length > 20, problem);
});
