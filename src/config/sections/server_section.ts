/**
 * The `server` section of the rules file: the listener for OpenIM and who may call it.
 *
 * @module
 */
import ipaddr from "ipaddr.js";
import { z } from "zod";
import { timerDuration } from "../../values/duration.ts";
import { headerName } from "../../values/http_headers.ts";
import { byteSize } from "../../values/byte_size.ts";
import { listenAddress } from "./listen_address.ts";

const secretSegment = z.string().regex(
  /^(?:[\w.~-]{16,200})?$/,
  'expected 16 to 200 letters, digits, ".", "_", "~" or "-", as "openssl rand -hex 24" makes',
);

const secretValue = z.string().regex(
  /^[\x21-\x7e](?:[\x20-\x7e]{14,500}[\x21-\x7e])$/,
  "expected 16 to 500 characters of ASCII",
);

/** A range of addresses in CIDR form, `10.0.0.0/8` or `fd00::/8`, or a single address. */
const addressRange = z.string().refine(isRange, {
  error: 'expected a range such as "10.0.0.0/8" or "fd00::/8", or an address',
});

function isRange(text: string): boolean {
  const [address = "", ...rest] = text.split("/");
  // "10.1" and "0x0a000001" are IPv4 addresses to the library, but hardly what is meant
  const isAddress = address.includes(":")
    ? ipaddr.IPv6.isValid(address)
    : ipaddr.IPv4.isValidFourPartDecimal(address);
  return isAddress && (rest.length === 0 || ipaddr.isValidCIDR(text));
}

const callers = z.strictObject({
  allow: z.array(addressRange).default([]).describe(
    "Ranges of addresses that may call. Empty for every address.",
  ),
  trustedProxies: z.array(addressRange).default([]).describe(
    "Ranges of proxies whose X-Forwarded-For is believed.",
  ),
});

const token = z.strictObject({
  header: headerName.default("authorization").describe("The header's name."),
  value: secretValue.describe('Its whole value, such as "Bearer ${ROUTER_TOKEN}".'),
});

const signature = z.strictObject({
  algorithm: z.enum(["HMAC-SHA1", "HMAC-SHA256", "HMAC-SHA512", "RSA-SHA256", "ECDSA-SHA256"])
    .describe("How OpenIM's commercial edition signs the nonce."),
  secret: secretValue.optional().describe("The secret of an HMAC."),
  publicKey: z.string().min(1).optional().describe(
    "The PEM file of the public key for RSA and ECDSA, relative to the rules file.",
  ),
  signatureHeader: headerName.describe("The header with the signature, hex or base64."),
  nonceHeader: headerName.describe("The header with the nonce. The nonce is what is signed."),
  nonceTime: z.enum(["none", "seconds", "milliseconds"]).default("none").describe(
    "Whether nonces start with a time since the epoch. If they do, old ones are refused.",
  ),
  window: timerDuration.default("5m").describe(
    "How old a nonce may be. A used one is refused for twice as long.",
  ),
  maxNonces: z.int().min(1000).max(10_000_000).default(200_000).describe(
    "The most nonces that are remembered. Give twice as many as come in twice the window.",
  ),
}).superRefine(({ algorithm, secret, publicKey }, context) => {
  const isHmac = algorithm.startsWith("HMAC");
  const [wanted, unwanted] = isHmac ? ["secret", "publicKey"] : ["publicKey", "secret"];
  const given = { secret, publicKey } as Readonly<Record<string, string | undefined>>;
  const issue = (message: string) => context.addIssue({ code: "custom", message });
  if (given[wanted!] === undefined) issue(`${algorithm} needs a "${wanted}"`);
  if (given[unwanted!] !== undefined) issue(`${algorithm} takes no "${unwanted}": leave it out`);
});

const tls = z.strictObject({
  certificate: z.string().min(1).describe(
    "The PEM file of the certificate and its chain, relative to the rules file.",
  ),
  key: z.string().min(1).describe("The PEM file of its private key, relative to the rules file."),
});

const limits = z.strictObject({
  head: byteSize.default("64KiB").describe(
    "The largest head of a request, its URL included. It has at most 100 headers.",
  ),
  headWithin: timerDuration.default("10s").describe(
    "The time from the first byte of a head to its last, and for a TLS handshake.",
  ),
  bodyWithin: timerDuration.default("10s").describe("The time for a body."),
  idle: timerDuration.default("1d").describe(
    "How long a connection stays open without a request. OpenIM does not repeat a callback that " +
      "meets a closed connection, and refuses the user: leave it long.",
  ),
  inFlight: z.int().min(1).max(100_000).default(1000).describe(
    "The most callbacks under way at once; beyond it callers get a 503 at once.",
  ),
  connections: z.int().min(1).max(100_000).default(4096).describe(
    "The most connections; beyond it the one that has been idle longest is closed.",
  ),
  connectionsPerCaller: z.int().min(1).max(100_000).default(1024).describe(
    "The most connections of one address; trusted proxies are not counted.",
  ),
});

/** The listener for OpenIM. */
export const server = z.strictObject({
  listen: listenAddress.default("127.0.0.1:10006").describe(
    "Where OpenIM posts its callbacks to: host:port.",
  ),
  secret: z.union([secretSegment, z.array(secretSegment.min(1))]).default("").describe(
    "The first segment of the path of every callback: https://host/<secret>/callbackX. Give " +
      "a list while a new secret replaces an old one. Empty for none.",
  ),
  callers: callers.prefault({}).describe("Which addresses may call."),
  token: token.optional().describe("A header that every caller must send."),
  signature: signature.optional().describe("The signatures of OpenIM's commercial edition."),
  unproven: z.enum(["continue", "refuse"]).optional().describe(
    "What a before-callback without proof gets. refuse: a refusal. continue, the default: an " +
      "answer that OpenIM since 3.7 takes for consent. A mistyped secret then does not stop " +
      "the chat.",
  ),
  insecure: z.boolean().default(false).describe(
    "Listens to other machines, although callers need not prove who they are.",
  ),
  tls: tls.optional().describe("HTTPS. The router reads the files again when they change."),
  limits: limits.prefault({}).describe("Bounds of what callers may take."),
  bodyLimit: byteSize.default("1MiB").describe("The largest body that is taken."),
  nextCode: z.enum(["number", "documented"]).default("number").describe(
    'How nextCode is written. OpenIM since 3.4.2 decodes only numbers. "documented" is for a ' +
      "caller of your own that needs the documentation's text.",
  ),
  stopWithin: timerDuration.default("10s").describe(
    "How long a stop waits for callbacks under way. For attempts at deliveries it waits at " +
      "most 2 s, because the outbox keeps them.",
  ),
});

/** The settings of the listener for OpenIM. */
export type ServerSettings = z.output<typeof server>;

/** The secrets of which the path has to start with one. */
export function secretsOf({ secret }: Pick<ServerSettings, "secret">): readonly string[] {
  return [secret].flat().filter((text) => text !== "");
}
