import { createPrivateKey, X509Certificate } from "node:crypto";
import { messageOf } from "../../values/thrown.ts";

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
    super(`the ${part} cannot be used: ${messageOf(cause)}`, {
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

/** What keeps a certificate from being used, of both files; found without listening. */
export async function certificateErrors(
  files: CertificateFiles,
): Promise<readonly CertificateError[]> {
  const texts = [read(files, "certificate"), read(files, "key")] as const;
  const [cert, key] = await Promise.all(texts.map((text) => text.catch(asCertificateError)));
  return pairErrors(cert!, key!);
}

/**
 * Checks a certificate. A server would take one that cannot be used, and then fail each handshake.
 *
 * @throws {CertificateError} when it cannot be used.
 */
export function checkCertificate({ cert, key }: Certificate): void {
  const [error] = pairErrors(cert, key);
  if (error !== undefined) throw error;
}

/** Whether two are the same. */
export function sameCertificate(one: Certificate, other: Certificate): boolean {
  return one.cert === other.cert && one.key === other.key;
}

async function read(files: CertificateFiles, part: keyof CertificateFiles): Promise<string> {
  try {
    return await Deno.readTextFile(files[part]);
  } catch (cause) {
    throw new CertificateError(part, cause);
  }
}

/** What each file must have; what the parsers say of another one means nothing to people. */
const expected = {
  certificate: "it has no certificate that can be read, -----BEGIN CERTIFICATE-----",
  key: "it has no private key that can be read without a passphrase, -----BEGIN PRIVATE KEY-----",
};

/** A text, or why it could not be read. */
type Read = string | CertificateError;

function pairErrors(cert: Read, key: Read): readonly CertificateError[] {
  const certificate = parsed("certificate", cert, (text) => new X509Certificate(text));
  const privateKey = parsed("key", key, (text) => createPrivateKey(text));
  const errors = [certificate, privateKey].filter((part) => part instanceof CertificateError);
  if (certificate instanceof CertificateError || privateKey instanceof CertificateError) {
    return errors;
  }
  if (certificate.checkPrivateKey(privateKey)) return [];
  return [new CertificateError("key", new Error("it is the key of another certificate"))];
}

function parsed<Value>(
  part: keyof CertificateFiles,
  text: Read,
  parse: (text: string) => Value,
): Value | CertificateError {
  if (text instanceof CertificateError) return text;
  try {
    return parse(text);
  } catch (cause) {
    return new CertificateError(part, new Error(expected[part], { cause }));
  }
}

function asCertificateError(error: unknown): CertificateError {
  if (error instanceof CertificateError) return error;
  throw error;
}
