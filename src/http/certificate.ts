import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";

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

/**
 * Looks whether a certificate can be read and the key is its own, without listening.
 *
 * @throws {CertificateError} for the part that is at fault.
 */
export function checkCertificate({ cert, key }: Certificate): void {
  const certificate = parsed("certificate", () => new X509Certificate(cert));
  const ownKey: KeyObject = parsed("key", () => createPrivateKey(key));
  if (!certificate.checkPrivateKey(ownKey)) {
    throw new CertificateError("key", new Error("it is the key of another certificate"));
  }
}

function parsed<Value>(part: keyof CertificateFiles, parse: () => Value): Value {
  try {
    return parse();
  } catch (cause) {
    throw new CertificateError(part, cause);
  }
}

/** Whether two are the same. */
export function sameCertificate(one: Certificate, other: Certificate): boolean {
  return one.cert === other.cert && one.key === other.key;
}
