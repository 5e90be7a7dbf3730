/** A fenced block of a Markdown page. */
export interface CodeBlock {
  /** What the fence says of it, such as `sh`; empty where it says nothing. */
  readonly language: string;
  /** Its text, without the indentation that a list gives it. */
  readonly text: string;
  /** Where its fence stands, from 1. */
  readonly line: number;
  /** The nearest heading of the second level above it. */
  readonly section: string;
}

/** The fenced blocks of a page, in their order. */
export function codeBlocks(page: string): readonly CodeBlock[] {
  return [...page.matchAll(/^( *)```(\w*)\n(.*?)^\1```$/gms)].map((match) => {
    const [, indentation = "", language = "", text = ""] = match;
    const above = page.slice(0, match.index);
    return {
      language,
      text: text.replaceAll(new RegExp(`^${indentation}`, "gm"), ""),
      line: above.split("\n").length,
      section: [...above.matchAll(/^## (.+)$/gm)].at(-1)?.[1] ?? "",
    };
  });
}
