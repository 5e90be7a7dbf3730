/**
 * What a target of the rules file says about trust: how a delivery proves where it comes from, and
 * where it may go.
 *
 * @module
 */
import { z } from "zod";
import { nonPublicHost } from "../../values/public_addresses.ts";
import { headerValue, sentHeaderName } from "../../values/http_headers.ts";

const base64 = /^(?=.)(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

const signingSecret = z.string().min(1, "is empty; give the secret that the target verifies with")
  .refine(
    (secret) => !secret.startsWith("whsec_") || base64.test(secret.slice("whsec_".length)),
    'is no base64 after "whsec_"; a secret without "whsec_" is taken as its text\'s UTF-8',
  );

const proof = headerValue.min(1, "is empty");

const auth = z.strictObject({
  bearer: proof.optional().describe("A token: authorization: Bearer <token>."),
  basic: z.strictObject({
    user: z.string().regex(/^[^:]*$/, "a user's name has no colon").describe("The user's name."),
    password: z.string().describe("The user's password."),
  }).optional().describe("A user and a password: authorization: Basic <both in base64>."),
  header: sentHeaderName.optional().describe("The name of another header."),
  value: proof.optional().describe("The value of that header."),
}).superRefine(({ bearer, basic, header, value }, context) => {
  const forms = [bearer, basic, header].filter((form) => form !== undefined);
  if (forms.length === 1 && (header === undefined) === (value === undefined)) return;
  context.addIssue({
    code: "custom",
    message: 'expected one of { "bearer" }, { "basic": { "user", "password" } } and ' +
      '{ "header", "value" }',
  });
});

const shape = z.strictObject({
  shape: z.string().min(1).describe(
    "CEL: the body to send, such as {'user': sendID}. It must fit every command that is " +
      "forwarded to the target.",
  ),
});

/** The options of a target that are about trust, and the body that its proofs are for. */
export const targetSecurity = {
  secret: signingSecret.optional().describe(
    "The secret that signs deliveries by Standard Webhooks: whsec_ and base64, or any other " +
      "text, which is taken as UTF-8.",
  ),
  secrets: z.array(signingSecret).min(1).optional().describe(
    "Several secrets, while a new one replaces an old one. Each of them signs.",
  ),
  auth: auth.optional().describe("A further proof of who sends the delivery."),
  body: z.union([z.enum(["original", "envelope"]), shape]).default("original").describe(
    "original: the callback's own bytes. envelope: these as data, with id, type and " +
      'timestamp beside them. An object gives a shape of your own. The "body" of a forward ' +
      "rule wins.",
  ),
  network: z.enum(["public", "private"]).default("public").describe(
    "private: the target may be on this machine or in its network.",
  ),
  redirects: z.int().min(0).max(10).default(0).describe(
    "How many redirects with status 307 or 308 an attempt may follow.",
  ),
  ca: z.string().min(1).optional().describe(
    "A PEM file with a certificate authority of your own, relative to the rules file.",
  ),
};

type TargetOptions = z.output<z.ZodObject<typeof targetSecurity>> & { readonly url: string };

/** Finds what the options of a target cannot be together. */
export function checkTarget(
  { url, network, secret, secrets, ca }: TargetOptions,
  context: z.RefinementCtx,
): void {
  const problem = (path: string, message: string) =>
    context.addIssue({ code: "custom", path: [path], message });
  const parsed = URL.parse(url);
  if (parsed === null) return;
  const { hostname, protocol } = parsed;
  const reason = network === "public" ? nonPublicHost(hostname) : undefined;
  if (reason !== undefined) {
    problem(
      "url",
      `${hostname} is ${reason}, to which nothing is sent; if that is meant, ` +
        'write "network": "private" beside it',
    );
  }
  if (secret !== undefined && secrets !== undefined) {
    problem("secret", 'stands beside "secrets"; put it among them');
  }
  if (ca !== undefined && protocol !== "https:") problem("ca", "is for https alone");
}

/** The headers by which a target's `auth`, or the user in its URL, proves who sends. */
export function authHeaders(
  url: string,
  { bearer, basic, header, value }: NonNullable<TargetOptions["auth"]> = {},
): Readonly<Record<string, string>> {
  if (bearer !== undefined) return { authorization: `Bearer ${bearer}` };
  if (basic !== undefined) return { authorization: basicAuth(basic) };
  const { username, password } = new URL(url);
  return {
    ...username === "" && password === ""
      ? {}
      : { authorization: basicAuth({ user: decoded(username), password: decoded(password) }) },
    ...header === undefined ? {} : { [header]: value! },
  };
}

function basicAuth({ user, password }: { user: string; password: string }): string {
  return `Basic ${new TextEncoder().encode(`${user}:${password}`).toBase64()}`;
}

/** A part of a URL without its percent-encoding, if that is in order. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
