import { assertEquals, assertThrows } from "@std/assert";
import { Buffer } from "node:buffer";
import { createHmac, generateKeyPairSync, sign } from "node:crypto";
import { CallerError } from "../../../src/http/auth/caller_error.ts";
import {
  signature,
  type SignatureAlgorithm,
  type SignatureSettings,
} from "../../../src/http/auth/signature.ts";
import { MemorySeenKeys } from "../../../src/stores/memory_seen_keys.ts";
import { requestWith } from "./requests.ts";

const secret = "a secret of the house";
const pem = { type: "spki", format: "pem" } as const;
const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });
const keyOf = (pair: { publicKey: typeof rsa.publicKey }) => String(pair.publicKey.export(pem));

/** Each algorithm with its key and with what a caller makes of a nonce. */
const signers: Readonly<
  Record<SignatureAlgorithm, { readonly key: string; sign(nonce: string): Uint8Array }>
> = {
  "HMAC-SHA1": { key: secret, sign: (nonce) => hmac("sha1", nonce) },
  "HMAC-SHA256": { key: secret, sign: (nonce) => hmac("sha256", nonce) },
  "HMAC-SHA512": { key: secret, sign: (nonce) => hmac("sha512", nonce) },
  "RSA-SHA256": {
    key: keyOf(rsa),
    sign: (nonce) => sign("sha256", Buffer.from(nonce), rsa.privateKey),
  },
  "ECDSA-SHA256": {
    key: keyOf(ec),
    sign: (nonce) => sign("sha256", Buffer.from(nonce), ec.privateKey),
  },
};

function hmac(hash: string, nonce: string): Uint8Array {
  return createHmac(hash, secret).update(nonce).digest();
}

const start = 1_754_300_000_000;

/** A check at a time that a test moves. */
function aCheck(parts: Partial<SignatureSettings> = {}) {
  const algorithm = parts.algorithm ?? "HMAC-SHA256";
  const time = { now: start };
  const check = signature({
    algorithm,
    key: signers[algorithm].key,
    signatureHeader: "x-signature",
    nonceHeader: "x-nonce",
    nonceTime: "none",
    window: 300_000,
    ...parts,
  }, { seen: new MemorySeenKeys(1000), now: () => time.now });
  const send = (nonce: string, encoding: "hex" | "base64" = "hex", signed = nonce) =>
    check(requestWith({
      "x-nonce": nonce,
      "x-signature": Buffer.from(signers[algorithm].sign(signed)).toString(encoding),
    }));
  const refused = (nonce: string) => {
    const { status, reason } = assertThrows(() => send(nonce), CallerError);
    return [status, reason];
  };
  return { check, send, refused, time };
}

for (const algorithm of Object.keys(signers) as SignatureAlgorithm[]) {
  Deno.test(`${algorithm}: a nonce that is signed right is let in, as hex and as base64`, () => {
    const { send } = aCheck({ algorithm });
    send("nonce-1", "hex");
    send("nonce-2", "base64");
  });

  Deno.test(`${algorithm}: the signature of another nonce is refused`, () => {
    const { send } = aCheck({ algorithm });
    const error = assertThrows(() => send("nonce-1", "hex", "nonce-2"), CallerError);
    assertEquals([error.status, error.reason], [401, "the signature is wrong"]);
  });

  for (const given of ["", "00", "zz", "\u00ff", "a".repeat(5000)]) {
    Deno.test(`${algorithm}: "${given.slice(0, 5)}" is no signature`, () => {
      const { check } = aCheck({ algorithm });
      const request = requestWith({ "x-nonce": "nonce-1", "x-signature": given });
      assertEquals(assertThrows(() => check(request), CallerError).status, 401);
    });
  }
}

Deno.test("a nonce is good for one request", () => {
  const { send, refused } = aCheck();
  send("nonce-1");
  assertEquals(refused("nonce-1"), [403, "the nonce has been used before"]);
  send("nonce-2");
});

Deno.test("a nonce with a wrong signature does not use the nonce up", () => {
  const { send } = aCheck();
  assertThrows(() => send("nonce-1", "hex", "another"), CallerError);
  send("nonce-1");
});

Deno.test("a nonce is remembered for as long as it may be young", () => {
  const { send, refused, time } = aCheck({ nonceTime: "seconds" });
  // the caller's clock is ahead by the whole window
  const nonce = `${(start + 300_000) / 1000}-a`;
  send(nonce);
  time.now += 599_999;
  assertEquals(refused(nonce), [403, "the nonce has been used before"]);
});

for (
  const [nonceTime, nonce, reason] of [
    ["seconds", "1754299699-a", "the nonce is 301 s old"],
    ["seconds", "1754300301-a", "the nonce is 301 s ahead of this machine's clock"],
    ["milliseconds", "1754299699000", "the nonce is 301 s old"],
  ] as const
) {
  Deno.test(`the nonce ${nonce} with a time in ${nonceTime} is refused for its age`, () => {
    assertEquals(aCheck({ nonceTime }).refused(nonce), [403, reason]);
  });
}

for (const nonce of ["abc", "175430000", "17543000000"]) {
  Deno.test(`the nonce ${nonce} is refused where it has to start with seconds`, () => {
    const reason = "the nonce does not start with a time in seconds";
    assertEquals(aCheck({ nonceTime: "seconds" }).refused(nonce), [401, reason]);
  });
}

Deno.test("a nonce of any length is not remembered", () => {
  assertEquals(aCheck().refused("n".repeat(257)), [401, "the nonce is too long"]);
});

for (const header of ["x-nonce", "x-signature"]) {
  Deno.test(`a request without ${header} is told so in the log`, () => {
    const other = header === "x-nonce" ? "x-signature" : "x-nonce";
    const { check } = aCheck();
    const error = assertThrows(() => check(requestWith({ [other]: "a" })), CallerError);
    assertEquals([error.status, error.reason], [401, `there is no header ${header}`]);
  });
}

Deno.test("a key of another kind is refused when the check of callers is made", () => {
  assertThrows(() => aCheck({ algorithm: "RSA-SHA256", key: signers["ECDSA-SHA256"].key }), Error);
  assertThrows(() => aCheck({ algorithm: "ECDSA-SHA256", key: "no PEM" }), Error);
});
