import { z } from "zod";

/** What HTTP says for itself about a request or a connection (RFC 9110, RFC 9112). */
const ofHttp = new Set([
  "connection",
  "content-length",
  "expect",
  "host",
  "keep-alive",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** A header's name as the rules file writes it. */
export const headerName = z.string().regex(/^[\w!#$%&'*+.^`|~-]+$/, "not a header name")
  .refine((name) => !ofHttp.has(name.toLowerCase()), "HTTP sets this header itself");

/** A header's value as the rules file writes it. */
export const headerValue = z.string().regex(
  /^[\t\x20-\x7e]*$/,
  "not a header value: expected one line of ASCII",
);

/** Headers as the rules file writes them. HTTP reads names in any case, so one may stand once. */
export const httpHeaders = z.record(headerName, headerValue).superRefine((headers, context) => {
  const spellings = new Map<string, string>();
  for (const name of Object.keys(headers)) {
    const first = spellings.get(name.toLowerCase());
    if (first === undefined) spellings.set(name.toLowerCase(), name);
    else {
      const message = `"${first}" is the same header: keep one of them`;
      context.addIssue({ code: "custom", path: [name], message });
    }
  }
});
