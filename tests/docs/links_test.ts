/** Every link of the pages leads somewhere. */
import { assertEquals } from "@std/assert";
import { dirname, join } from "@std/path";
import { root } from "../support/server_process.ts";

const pages = [
  "README.md",
  ...[...Deno.readDirSync(join(root, "docs"))].map(({ name }) => `docs/${name}`)
    .filter((name) => name.endsWith(".md")),
];

/** The anchors that GitHub gives the headings of a page. */
async function anchorsOf(file: string): Promise<ReadonlySet<string>> {
  const text = (await Deno.readTextFile(file)).replaceAll(/^ *```.*?^ *```$/gms, "");
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading!);
  return new Set(
    headings.map((heading) =>
      heading.toLowerCase().replaceAll(/[^\p{L}\p{N}\s_-]/gu, "").replaceAll(" ", "-")
    ),
  );
}

for (const page of pages) {
  Deno.test(`every link of ${page} within the repository leads somewhere`, async () => {
    const file = join(root, page);
    const text = (await Deno.readTextFile(file)).replaceAll(/^ *```.*?^ *```$/gms, "");
    const broken: string[] = [];
    for (const [, link = ""] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(link)) continue;
      const [path = "", anchor] = link.split("#");
      const target = path === "" ? file : join(dirname(file), path);
      const isThere = await Deno.stat(target).then(() => true, () => false);
      const leads = isThere && (anchor === undefined || (await anchorsOf(target)).has(anchor));
      if (!leads) broken.push(link);
    }
    assertEquals(broken, []);
  });
}
