import { assert, assertEquals } from "@std/assert";
import { dirname, join } from "@std/path";
import { root } from "../support/server_process.ts";
import { markdownPage } from "./markdown_page.ts";
import { pages } from "./pages.ts";

/** The links of a page that lead to files of the repository: path and anchor, either may be empty. */
function ownLinks(markdown: string): readonly (readonly [string, string])[] {
  return [...markdown.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link!)
    .filter((link) => !/^[a-z]+:/.test(link))
    .map((link) => {
      const [path = "", anchor = ""] = link.split("#");
      return [path, anchor] as const;
    });
}

Deno.test("every link between the pages leads somewhere", async () => {
  const broken: string[] = [];
  let links = 0;
  for (const page of await pages()) {
    for (const [path, anchor] of ownLinks(await Deno.readTextFile(join(root, page)))) {
      links++;
      const file = path === "" ? page : join(dirname(page), path);
      if (!await leadsSomewhere(file, anchor)) broken.push(`${page}: ${path}#${anchor}`);
    }
  }
  assert(links > 3, "the walk has found the links");
  assertEquals(broken, []);
});

async function leadsSomewhere(file: string, anchor: string): Promise<boolean> {
  try {
    const path = join(root, file);
    if (anchor === "") return await Deno.stat(path).then(() => true);
    const { headings } = markdownPage(await Deno.readTextFile(path));
    return headings.some((heading) => heading.anchor === anchor);
  } catch {
    return false;
  }
}
