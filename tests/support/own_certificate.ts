import { selfSigned } from "./certificates.ts";
import type { TempFolder } from "./temp_folder.ts";

/** The files of a certificate of one's own for 127.0.0.1. */
export interface CertificateFile {
  readonly certificate: string;
  readonly key: string;
}

/** Makes `<name>.pem` and `<name>.key` in a folder. */
export async function makeCertificate(folder: TempFolder, name: string): Promise<CertificateFile> {
  const { cert, key } = await selfSigned(name);
  return {
    certificate: await folder.write(`${name}.pem`, cert),
    key: await folder.write(`${name}.key`, key),
  };
}
