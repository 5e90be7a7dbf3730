import { X509Certificate } from "node:crypto";
import type { RulesFile } from "./rules_file.ts";
import type { SchemaProblem } from "./schema_problems.ts";

/** What keeps the certificate authorities of targets from being used; `whole` completes a path. */
export async function caProblems(
  { targets }: Pick<RulesFile, "targets">,
  whole: (path: string) => string,
): Promise<readonly SchemaProblem[]> {
  const problems: SchemaProblem[] = [];
  for (const [name, { ca }] of Object.entries(targets)) {
    if (ca === undefined) continue;
    const reason = await unusable(whole(ca));
    if (reason !== undefined) problems.push({ path: ["targets", name, "ca"], message: reason });
  }
  return problems;
}

async function unusable(path: string): Promise<string | undefined> {
  try {
    new X509Certificate(await Deno.readTextFile(path));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "there is no such file";
    if (error instanceof Deno.errors.PermissionDenied || error instanceof Deno.errors.NotCapable) {
      return `may not be read: ${error.message}`;
    }
    return "cannot be read as a certificate; expected a file in PEM, -----BEGIN CERTIFICATE-----";
  }
}
