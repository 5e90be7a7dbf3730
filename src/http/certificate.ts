import { createPrivateKey, X509Certificate } from "node:crypto";

/** Where a certificate is. */
export interface CertificateFiles {
  /** The path of the certificate, or chain of them, as PEM. */
  readonly certificate: string;
  /** The path of its private key, as PEM. */
  readonly key: string;
}

/** A certificate with its key, as PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** A file of a certificate cannot be used; the cause says why. */
export class CertificateError extends Error {
  override readonly name = "CertificateError";
  /** Which of the two. */
  readonly part: keyof CertificateFiles;

  constructor(part: keyof CertificateFiles, cause: unknown) {
    super(`the ${part} cannot be used: ${cause instanceof Error ? cause.message : cause}`, {
      cause,
    });
    this.part = part;
  }
}

/**
 * Reads a certificate and its key.
 *
 * @throws {CertificateError} when a file cannot be read.
 */
export async function readCertificate(files: CertificateFiles): Promise<Certificate> {
  return { cert: await read(files, "certificate"), key: await read(files, "key") };
}

async function read(files: CertificateFiles, part: keyof CertificateFiles): Promise<string> {
  try {
    return await Deno.readTextFile(files[part]);
  } catch (cause) {
    throw new CertificateError(part, cause);
  }
}

/** What keeps a certificate from being used, of both files; found without listening. */
export async function certificateErrors(
  files: CertificateFiles,
): Promise<readonly CertificateError[]> {
  const certificate = await parsed(files, "certificate", (text) => new X509Certificate(text));
  const key = await parsed(files, "key", (text) => createPrivateKey(text));
  const errors = [certificate, key].filter((part) => part instanceof CertificateError);
  if (certificate instanceof CertificateError || key instanceof CertificateError) return errors;
  if (certificate.checkPrivateKey(key)) return [];
  return [new CertificateError("key", new Error("it is the key of another certificate"))];
}

async function parsed<Value>(
  files: CertificateFiles,
  part: keyof CertificateFiles,
  parse: (text: string) => Value,
): Promise<Value | CertificateError> {
  try {
    return parse(await read(files, part));
  } catch (error) {
    return error instanceof CertificateError ? error : new CertificateError(part, error);
  }
}

/** Whether two are the same. */
export function sameCertificate(one: Certificate, other: Certificate): boolean {
  return one.cert === other.cert && one.key === other.key;
}
