import type { Clock } from "../../chain/clock.ts";
import {
  type Certificate,
  type CertificateFiles,
  checkCertificate,
  readCertificate,
  sameCertificate,
} from "./certificate.ts";

/** What happens to a certificate that is in use. */
export interface CertificateEvents {
  /** New connections get a new certificate. */
  readonly certificateRenewed: (file: string) => void;
  /** The certificate's files have changed and cannot be used. The one in use stays. */
  readonly certificateFailed: (file: string, error: unknown) => void;
}

/** What a renewal needs. */
export interface CertificateRenewalContext {
  /** Gives new connections another certificate. */
  readonly use: (certificate: Certificate) => void;
  readonly clock: Clock;
  readonly events: CertificateEvents;
}

/** Looks for new certificates. */
export interface CertificateRenewal {
  /** Looks now. */
  now(): Promise<void>;
  stop(): void;
}

/** How often the files are read, milliseconds. Watching them would miss links that are swapped. */
const lookEvery = 10_000;

/** Reads the files of a certificate again and again, and uses what is new in them. */
export function renewCertificates(
  files: CertificateFiles,
  inUse: Certificate,
  { use, clock, events }: CertificateRenewalContext,
): CertificateRenewal {
  let latest = inUse;
  let looking = Promise.resolve();
  let stopped = false;
  const look = async () => {
    try {
      const found = await readCertificate(files);
      if (stopped || sameCertificate(found, latest)) return;
      // before the check: a certificate that cannot be used is reported once
      latest = found;
      checkCertificate(found);
      use(found);
      events.certificateRenewed(files.certificate);
    } catch (error) {
      events.certificateFailed(files.certificate, error);
    }
  };
  // one after the other: a call during one look gets the result of the next
  const now = () => looking = looking.then(look);
  let cancel = () => {};
  const later = () => {
    cancel = clock.after(lookEvery, () => {
      void now();
      later();
    });
  };
  later();
  return {
    now,
    stop() {
      stopped = true;
      cancel();
    },
  };
}
