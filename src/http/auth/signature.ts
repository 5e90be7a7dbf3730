/**
 * The signatures of OpenIM's commercial edition: over the value of a nonce header alone, not over
 * the body. Its servers are closed source; the algorithms and settings are known from its
 * documentation, the encodings are what Go's standard library makes: HMAC as hex or base64, RSA by
 * PKCS #1 v1.5, ECDSA as ASN.1.
 *
 * Such a signature proves who made the nonce, and nothing about the body: an attacker who reads one
 * can send it with another body. So each nonce is good for one request.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { createHmac, createPublicKey, type KeyObject, timingSafeEqual, verify } from "node:crypto";
import type { SeenKeys } from "../../chain/seen_keys.ts";
import { CallerError } from "./caller_error.ts";
import type { CallerRequest } from "./caller_request.ts";

/** How callers sign. */
export interface SignatureSettings {
  readonly algorithm: SignatureAlgorithm;
  readonly signatureHeader: string;
  readonly nonceHeader: string;
  /** The secret of an HMAC, or the PEM text of a public key. */
  readonly key: string;
  /** What the nonce starts with. */
  readonly nonceTime: "none" | "seconds" | "milliseconds";
  /** How old a nonce may be, and how long it is remembered; milliseconds. */
  readonly window: number;
}

/** What signing needs besides its settings. */
export interface SignatureContext {
  /** Nonces that were used. */
  readonly seen: SeenKeys;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** The algorithms that the documentation names. */
export type SignatureAlgorithm =
  | "HMAC-SHA1"
  | "HMAC-SHA256"
  | "HMAC-SHA512"
  | "RSA-SHA256"
  | "ECDSA-SHA256";

/** A nonce is remembered, so it may not be of any length. */
const longestNonce = 256;

/**
 * Makes the check of signatures.
 *
 * @throws {Error} when the key is not one of the algorithm.
 */
export function signature(
  settings: SignatureSettings,
  { seen, now }: SignatureContext,
): (request: CallerRequest) => void {
  const { signatureHeader, nonceHeader, window } = settings;
  const isRight = verifier(settings);
  return (request) => {
    const nonce = request.headers.get(nonceHeader);
    const given = request.headers.get(signatureHeader);
    if (!nonce) throw new CallerError("noProof", `there is no header ${nonceHeader}`);
    if (!given) throw new CallerError("noProof", `there is no header ${signatureHeader}`);
    if (nonce.length > longestNonce) throw new CallerError("noProof", "the nonce is too long");
    if (!isRight(nonce, given)) throw new CallerError("noProof", "the signature is wrong");
    const time = now();
    checkAge(nonce, settings, time);
    // a nonce from a clock that is fast stays young for up to twice the window
    if (seen.repeats(nonce, 2 * window, time)) {
      throw new CallerError("forbidden", "the nonce has been used before");
    }
  };
}

const timeAhead = { seconds: /^\d{10}(?!\d)/, milliseconds: /^\d{13}(?!\d)/ } as const;

function checkAge(nonce: string, { nonceTime, window }: SignatureSettings, now: number): void {
  if (nonceTime === "none") return;
  const [digits] = timeAhead[nonceTime].exec(nonce) ?? [];
  if (digits === undefined) {
    throw new CallerError("noProof", `the nonce does not start with a time in ${nonceTime}`);
  }
  const time = Number(digits) * (nonceTime === "seconds" ? 1000 : 1);
  const age = now - time;
  if (Math.abs(age) <= window) return;
  const seconds = Math.round(Math.abs(age) / 1000);
  const reason = age > 0 ? `${seconds} s old` : `${seconds} s ahead of this machine's clock`;
  throw new CallerError("forbidden", `the nonce is ${reason}`);
}

function publicKeyOf(pem: string): KeyObject {
  try {
    return createPublicKey(pem);
  } catch (cause) {
    throw new Error("it has no public key that can be read, -----BEGIN PUBLIC KEY-----", { cause });
  }
}

type Verifier = (nonce: string, signature: string) => boolean;

function verifier({ algorithm, key }: SignatureSettings): Verifier {
  const [kind, hash = ""] = algorithm.toLowerCase().split("-");
  if (kind === "hmac") return hmac(hash, key);
  const publicKey = publicKeyOf(key);
  const wanted = kind === "rsa" ? "rsa" : "ec";
  if (publicKey.asymmetricKeyType !== wanted) {
    throw new Error(`the key is of the type ${publicKey.asymmetricKeyType}, not ${wanted}`);
  }
  return (nonce, signature) => {
    try {
      return verify(hash, Buffer.from(nonce), publicKey, decoded(signature));
    } catch {
      // an ECDSA signature that is no ASN.1
      return false;
    }
  };
}

function hmac(hash: string, secret: string): Verifier {
  return (nonce, signature) => {
    const wanted = createHmac(hash, secret).update(nonce).digest();
    const given = decoded(signature);
    return given.length === wanted.length && timingSafeEqual(given, wanted);
  };
}

/** Base64 of a signature that holds hexadecimal digits alone does not happen by chance. */
function decoded(signature: string): Buffer {
  const isHex = /^(?:[0-9a-f]{2})+$/i.test(signature);
  return Buffer.from(signature, isHex ? "hex" : "base64");
}
