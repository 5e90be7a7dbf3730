import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { caProblems } from "../../../src/config/load/ca_file.ts";
import { rulesFile } from "../../../src/config/sections/rules_file.ts";
import { certificates } from "../../support/certificates.ts";
import { tempFolder } from "../../support/temp_folder.ts";

async function problemsWith(content: string | undefined): Promise<readonly string[]> {
  await using folder = await tempFolder();
  if (content !== undefined) await folder.write("ca.pem", content);
  const settings = rulesFile.parse({ targets: { it: { url: "https://a.example", ca: "ca.pem" } } });
  const problems = await caProblems(settings, (path) => join(folder.path, path));
  return problems.map(({ path, message }) => `${path.join(".")}: ${message}`);
}

Deno.test("a certificate in PEM beside the rules file is in order", async () => {
  assertEquals(await problemsWith((await certificates()).ca), []);
});

Deno.test("a file that is not there is an error at load", async () => {
  assertEquals(await problemsWith(undefined), [
    "targets.it.ca: there is no such file; name one, relative to the rules file",
  ]);
});

Deno.test("a file without a certificate is an error at load, which does not show it", async () => {
  assertEquals(await problemsWith("hush"), [
    "targets.it.ca: cannot be read as a certificate; " +
    "expected a file in PEM, -----BEGIN CERTIFICATE-----",
  ]);
});

Deno.test("a target without an authority of its own needs no file", async () => {
  const settings = rulesFile.parse({ targets: { it: { url: "https://a.example" } } });
  assertEquals(await caProblems(settings, (path) => path), []);
});
