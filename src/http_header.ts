import { z } from "zod";

/** The name of an HTTP header. */
export const headerName = z.string().regex(/^[\w!#$%&'*+.^`|~-]+$/, "not a header name");

/** The value of an HTTP header: one line of ASCII. */
export const headerValue = z.string().regex(
  /^[\t\x20-\x7e]*$/,
  "not a header value: expected one line of ASCII",
);
