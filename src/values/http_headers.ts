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

/** What the router says of every delivery, with the reason why nobody else may say it. */
const ofRouter: Readonly<Record<string, string>> = {
  "webhook-id": "it is the delivery's own ID, by which a receiver knows a repetition",
  "webhook-timestamp": "it is the time of the attempt, which is signed",
  "webhook-signature": 'it is made with the target\'s "secret"',
  "operationid": "it is that of the callback",
  "x-callback-command": "it is the callback's command",
  "x-delivery-attempt": "it is the number of the attempt",
  "x-delivery-ids": "it names the deliveries of a batch",
  "traceparent": "it is the trace of the callback",
  "tracestate": "it is the trace of the callback",
};

/** A header's name as the rules file writes it. */
export const headerName = z.string().regex(/^[\w!#$%&'*+.^`|~-]+$/, "not a header name")
  .refine((name) => !ofHttp.has(name.toLowerCase()), "HTTP sets this header itself");

/** The name of a header that is sent to a target: those of the router's own must not be set. */
export const sentHeaderName = headerName.superRefine((name, context) => {
  const reason = Object.hasOwn(ofRouter, name.toLowerCase())
    ? ofRouter[name.toLowerCase()]
    : undefined;
  if (reason === undefined) return;
  const message = `the router sets this header itself: ${reason}; leave it out`;
  context.addIssue({ code: "custom", message });
});

/** A header's value as the rules file writes it. */
export const headerValue = z.string().regex(
  /^[\t\x20-\x7e]*$/,
  "not a header value: expected one line of ASCII",
);

/** Headers as the rules file writes them. HTTP reads names in any case, so one may stand once. */
export const httpHeaders = z.record(sentHeaderName, headerValue).superRefine((headers, context) => {
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
