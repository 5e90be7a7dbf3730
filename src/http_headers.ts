import { z } from "zod";

/** The name of a header. */
export const headerName = z.string().regex(/^[\w!#$%&'*+.^`|~-]+$/, "not a header name");
const value = z.string().regex(
  /^[\t\x20-\x7e]*$/,
  "not a header value: expected one line of ASCII",
);

/** Headers as the rules file writes them. HTTP reads names in any case, so one may stand once. */
export const httpHeaders = z.record(headerName, value).superRefine((headers, context) => {
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
