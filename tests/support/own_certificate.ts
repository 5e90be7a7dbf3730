import { root } from "./server_process.ts";
import type { TempFolder } from "./temp_folder.ts";

/** A certificate of one's own for 127.0.0.1, made by `openssl`. */
export interface CertificateFile {
  readonly certificate: string;
  readonly key: string;
}

/** Makes `<name>.pem` and `<name>.key` in a folder. */
export async function makeCertificate(folder: TempFolder, name: string): Promise<CertificateFile> {
  const certificate = `${folder.path}/${name}.pem`;
  const key = `${folder.path}/${name}.key`;
  const { success, stderr } = await new Deno.Command("openssl", {
    args: [
      ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"],
      ...["-days", "2", "-subj", `/CN=${name}`, "-addext", "subjectAltName=IP:127.0.0.1"],
      ...["-addext", "basicConstraints=critical,CA:FALSE", "-keyout", key, "-out", certificate],
    ],
    cwd: root,
    stdout: "null",
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return { certificate, key };
}
