import { assertEquals, assertStringIncludes } from "@std/assert";
import { targetURL } from "../../../src/config/sections/target_url.ts";
import { rulesProject } from "../rules_project.ts";

for (
  const url of [
    "http://a.example",
    "https://a.example/hooks/1?key=x%20y",
    "HTTP://a.example:8080/",
    "http://user:pass@a.example/",
    "http://[::1]:80/",
    "http://a.example./",
    "http://例え.example/",
  ]
) {
  Deno.test(`${url} is a target's URL`, () => assertEquals(targetURL.parse(url), url));
}

for (
  const [url, reason] of [
    ["http:///x", "names no host"],
    ["http://", "names no host"],
    ["http://?a", "names no host"],
    ["http:a.example", "names no host"],
    ["http:/a.example", "names no host"],
    ["http://:80/", "expected an http or https URL"],
    ["http://a.example:0/", "nobody listens on port 0"],
    ["http://a.example:00/", "nobody listens on port 0"],
    ["http://a.example:65536/", "expected an http or https URL"],
    ["http://a..example/", "empty part"],
    ["http://a.example/#x", "never sent"],
    ["http://a.example/#", "never sent"],
    [" http://a.example/", "blanks"],
    ["http://a.example/\n", "blanks"],
    ["http://a.example/a b", "blanks"],
    ["http:\\\\a.example/", "backslashes"],
    ["ftp://a.example/", "expected an http or https URL"],
    ["a.example", "expected an http or https URL"],
    ["", "expected an http or https URL"],
  ] as const
) {
  Deno.test(`${JSON.stringify(url)} is no target's URL, with the reason`, () => {
    const { error } = targetURL.safeParse(url);
    assertStringIncludes(error?.issues[0]?.message ?? "it is taken", reason);
  });
}

Deno.test("a wrong URL is told with its place in the file, once", async () => {
  await using project = await rulesProject({ targets: { a: { url: "http:///x" } } });
  assertEquals(await project.problems(), [
    'rules.json:1:24 targets.a.url: names no host between "//" and the path; expected an http or ' +
    'https URL, such as "https://hooks.example.com"',
  ]);
});
