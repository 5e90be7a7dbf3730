import type { Answer, Attack } from "./attack.ts";

const heading = `# What comes of hostile requests

Each row is an attack on the real process, made by \`tests/e2e/hostile_callers_test.ts\`, which fails
where something else comes of it, and writes this page anew with \`HOSTILE_TABLE=write\`. A number is
the HTTP status of an answer whose body OpenIM of every version decodes, and 3.7 and later take for
consent; "closed" is the end of the connection. The limits of time are short ones for the test: half
a second for a head or a body, one for an idle connection. A connection on which nothing has come is
idle.

After each of them the next callback was answered with 200 "Success".

What \`node:http\` answers differently from \`Deno.serve\`, which the router used before:

- What is no HTTP gets a body that OpenIM decodes, in place of a 400 without one, and a line in the
  log.
- A head that is too large, or has more than 100 headers, gets 431 in place of 400.
- A method that HTTP does not define and a target that is no path get 400 in place of 405: the
  parser refuses them before the router sees a method.
- A length that is stated twice is refused, even if both are the same, and so are a length in the
  trailers and HTTP/2 without an upgrade. The parser is stricter.
- A transfer coding that is not chunked is closed without an answer: the end of its body is not
  known.
- Half a body whose sender has half hung up is closed without an answer: \`node:http\` gives it up.
- A callback behind a body that is too large is answered: the large body is read to its end, at most
  64 MB and half a second of it, and thrown away.
- An upgrade to HTTP/2 is ignored, and the callback is answered. Java's HttpClient and
  \`curl --http2\` ask for one.
`;

/** What came of attacks, as a page. */
export function outcomePage(
  outcomes: readonly { readonly attack: Attack; readonly answers: readonly Answer[] }[],
): string {
  const kinds = Map.groupBy(outcomes, ({ attack }) => attack.kind);
  const sections = [...kinds].map(([kind, rows]) => {
    const lines = rows.map(({ attack, answers }) => {
      const { what, orElse } = attack;
      const words = orElse === undefined
        ? inWords(answers)
        : `${inWords(attack.answers)}; or ${inWords(orElse)}`;
      return [what, words] as const;
    });
    return `## ${escaped(kind)}\n\n${table([["attack", "what came back"], ...lines])}\n`;
  });
  return [heading, ...sections].join("\n");
}

function inWords(answers: readonly Answer[]): string {
  const [first] = answers;
  const allSame = answers.length > 3 && answers.every((answer) => answer === first);
  return allSame ? `${answers.length} × ${first}` : answers.join(", ");
}

/** As `deno fmt` writes tables. */
function table(rows: readonly (readonly [string, string])[]): string {
  const cells = rows.map((row) => row.map(escaped));
  const [left, right] = [0, 1].map((column) =>
    Math.max(...cells.map((row) => row[column]!.length))
  );
  const [head, ...body] = cells.map(([one = "", other = ""]) =>
    `| ${one.padEnd(left!)} | ${other.padEnd(right!)} |`
  );
  return [head, `| ${"-".repeat(left!)} | ${"-".repeat(right!)} |`, ...body].join("\n");
}

/** Underscores would make it bold. */
const escaped = (text: string) => text.replaceAll("__proto__", "`__proto__`");
