import { z } from "zod";

const expected = 'expected an http or https URL, such as "https://hooks.example.com"';

/** Where a target may be: what URL parsers take, mend or drop without a word is refused instead. */
export const targetURL = z.string().superRefine((text, context) => {
  const message = problemOf(text);
  if (message !== undefined) context.addIssue({ code: "custom", message });
});

function problemOf(text: string): string | undefined {
  // deno-lint-ignore no-control-regex
  const blank = /[\s\u0000-\u001f\u007f]/.exec(text);
  if (blank !== null) {
    return `a URL has no blanks, and one is at character ${
      blank.index + 1
    }; write %20 if it is meant`;
  }
  if (!/^https?:/i.test(text)) return expected;
  if (text.includes("\\")) return "a URL has no backslashes; write /";
  if (!/^https?:\/\/[^/?#]/i.test(text)) {
    return `names no host between "//" and the path; ${expected}`;
  }
  const url = URL.parse(text);
  if (url === null) return expected;
  if (url.hostname.split(".").slice(0, -1).includes("")) {
    return "the host has an empty part between its dots";
  }
  if (url.port === "0") return "nobody listens on port 0; name the target's port, or leave it out";
  if (text.includes("#")) return 'what follows "#" is never sent; leave it out';
  return undefined;
}
