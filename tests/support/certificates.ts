import "reflect-metadata"; // @peculiar/x509 wants it to be there first
import {
  BasicConstraintsExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from "@peculiar/x509";
import type { TempFolder } from "./temp_folder.ts";

/** A certificate authority of a test's own and a certificate of it, in PEM. */
export interface Certificates {
  readonly ca: string;
  /** For `127.0.0.1`, `localhost` and `target.example`. */
  readonly cert: string;
  readonly key: string;
}

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const hour = 3_600_000;

/** Makes certificates; they have expired by now when `expired` says so. */
export async function certificates({ expired = false } = {}): Promise<Certificates> {
  const newKeys = () => crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const [caKeys, keys] = await Promise.all([newKeys(), newKeys()]);
  const at = (offset: number) => new Date(Date.now() + offset);
  const ca = await X509CertificateGenerator.createSelfSigned({
    name: "CN=a test's own authority",
    notBefore: at(-3 * hour),
    notAfter: at(hour),
    keys: caKeys,
    signingAlgorithm: algorithm,
    extensions: [new BasicConstraintsExtension(true, undefined, true)],
  });
  const cert = await X509CertificateGenerator.create({
    subject: "CN=target.example",
    issuer: ca.subject,
    notBefore: at(-2 * hour),
    notAfter: at(expired ? -hour : hour),
    publicKey: keys.publicKey,
    signingKey: caKeys.privateKey,
    signingAlgorithm: algorithm,
    extensions: [
      new BasicConstraintsExtension(false),
      new SubjectAlternativeNameExtension([
        { type: "ip", value: "127.0.0.1" },
        { type: "dns", value: "localhost" },
        { type: "dns", value: "target.example" },
      ]),
    ],
  });
  return { ca: ca.toString("pem"), cert: cert.toString("pem"), key: await pemOf(keys.privateKey) };
}

/** The files of a certificate that none but its own key has signed. */
export interface CertificateFiles {
  readonly certificate: string;
  readonly key: string;
}

/** Makes one for `127.0.0.1`, as `<name>.pem` and `<name>.key` in a folder. */
export async function makeCertificate(folder: TempFolder, name: string): Promise<CertificateFiles> {
  const keys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: `CN=${name}`,
    notBefore: new Date(Date.now() - hour),
    notAfter: new Date(Date.now() + hour),
    keys,
    signingAlgorithm: algorithm,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new SubjectAlternativeNameExtension([{ type: "ip", value: "127.0.0.1" }]),
    ],
  });
  return {
    certificate: await folder.write(`${name}.pem`, certificate.toString("pem")),
    key: await folder.write(`${name}.key`, await pemOf(keys.privateKey)),
  };
}

async function pemOf(key: CryptoKey): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.exportKey("pkcs8", key));
  return `-----BEGIN PRIVATE KEY-----\n${bytes.toBase64()}\n-----END PRIVATE KEY-----\n`;
}
