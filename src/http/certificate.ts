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

/** A file of a certificate cannot be used; the message is its path. */
export class CertificateError extends Error {
  override readonly name = "CertificateError";
}

/**
 * Reads a certificate and its key.
 *
 * @throws {CertificateError} when a file cannot be read.
 */
export async function readCertificate(files: CertificateFiles): Promise<Certificate> {
  return { cert: await read(files.certificate), key: await read(files.key) };
}

async function read(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (cause) {
    throw new CertificateError(path, { cause });
  }
}

/** Whether two are the same. */
export function sameCertificate(one: Certificate, other: Certificate): boolean {
  return one.cert === other.cert && one.key === other.key;
}
