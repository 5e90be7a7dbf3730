import { X509Certificate } from "node:crypto";
import type { ReadFiles } from "./read_files.ts";
import type { RulesFile } from "../sections/rules_file.ts";
import type { SchemaProblem } from "../source/schema_problems.ts";

/**
 * What keeps the certificate authorities of targets from being used.
 *
 * @param whole completes a path.
 * @param read notes what was read.
 */
export async function caProblems(
  { targets }: Pick<RulesFile, "targets">,
  whole: (path: string) => string,
  read?: ReadFiles,
): Promise<readonly SchemaProblem[]> {
  const problems: SchemaProblem[] = [];
  for (const [name, { ca }] of Object.entries(targets)) {
    if (ca === undefined) continue;
    const reason = await unusable(whole(ca), read);
    if (reason !== undefined) problems.push({ path: ["targets", name, "ca"], message: reason });
  }
  return problems;
}

async function unusable(path: string, read?: ReadFiles): Promise<string | undefined> {
  read?.note(path, undefined);
  try {
    const bytes = await Deno.readFile(path);
    read?.note(path, bytes);
    new X509Certificate(bytes);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) {
      return "there is no such file; name one, relative to the rules file";
    }
    if (error instanceof Deno.errors.PermissionDenied || error instanceof Deno.errors.NotCapable) {
      return `may not be read: ${error.message}`;
    }
    return "cannot be read as a certificate; expected a file in PEM, -----BEGIN CERTIFICATE-----";
  }
}
