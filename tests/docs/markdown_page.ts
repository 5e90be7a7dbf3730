/**
 * The parts of a Markdown page that tests read: its headings, its blocks of code and its tables.
 *
 * @module
 */

/** A heading and the anchor by which GitHub lets it be linked to. */
export interface Heading {
  /** 1 for the page's title. */
  readonly level: number;
  readonly text: string;
  readonly anchor: string;
}

/** A fenced block of code and where it stands. */
export interface CodeBlock {
  /** The language after the fence, such as `json`; empty where it says nothing. */
  readonly language: string;
  /** With the line break at its end, and without the indentation that a list gives it. */
  readonly text: string;
  /** The line of its first line of text, counted from 1. */
  readonly line: number;
  /** The headings above it, the page's title first. */
  readonly headings: readonly Heading[];
  /** The paragraph right before it; empty where another block is. */
  readonly before: string;
}

/** A page, taken apart. */
export interface MarkdownPage {
  readonly headings: readonly Heading[];
  readonly blocks: readonly CodeBlock[];
}

/** Takes a page apart. */
export function markdownPage(markdown: string): MarkdownPage {
  const headings: Heading[] = [];
  const blocks: CodeBlock[] = [];
  let above: Heading[] = [];
  let paragraph: string[] = [];
  let fenced: { indent: string; language: string; line: number; lines: string[] } | undefined;
  for (const [index, line] of markdown.split("\n").entries()) {
    if (fenced !== undefined) {
      const { indent } = fenced;
      if (line !== `${indent}\`\`\``) {
        fenced.lines.push(line.startsWith(indent) ? line.slice(indent.length) : line);
        continue;
      }
      const { language, lines } = fenced;
      const before = paragraph.join(" ");
      const text = lines.map((line) => `${line}\n`).join("");
      blocks.push({ language, text, line: fenced.line, headings: above, before });
      paragraph = [];
      fenced = undefined;
      continue;
    }
    const [, indent = "", language] = /^( *)```(\w*)$/.exec(line) ?? [];
    const [, marks, text] = /^(#+) (.+)$/.exec(line) ?? [];
    if (language !== undefined) {
      fenced = { indent, language, line: index + 2, lines: [] };
    } else if (marks !== undefined && text !== undefined) {
      const heading = { level: marks.length, text, anchor: anchorOf(text) };
      headings.push(heading);
      above = [...above.filter(({ level }) => level < heading.level), heading];
      paragraph = [];
    } else if (line === "") {
      // the paragraph before a block is parted from it by an empty line
      if (paragraph.at(-1) !== "") paragraph.push("");
    } else {
      if (paragraph.at(-1) === "") paragraph = [];
      paragraph.push(line);
    }
  }
  return { headings, blocks };
}

/** The text of the heading of the second level that a block stands under; empty above the first. */
export function sectionOf({ headings }: CodeBlock): string {
  return headings.find(({ level }) => level === 2)?.text ?? "";
}

/** The anchor that GitHub gives a heading: small letters, hyphens for blanks, no punctuation. */
function anchorOf(heading: string): string {
  return heading.toLowerCase().replace(/[^\p{L}\p{N}\p{M}_ -]/gu, "").replaceAll(" ", "-");
}

/** A table's rows below its head, cells trimmed. */
export type Rows = readonly (readonly string[])[];

/** The table of a page two lines below a line of it, such as a comment; empty where there is none. */
export function tableAfter(markdown: string, line: string): Rows {
  const lines = markdown.split("\n");
  const start = lines.indexOf(line);
  return start === -1 ? [] : rowsFrom(lines, start + 2);
}

/** The rows of all tables below a heading, up to the next one. */
export function tablesUnder(markdown: string, heading: string): Rows {
  const lines = markdown.split("\n");
  const start = lines.findIndex((line) => line.replace(/^#+ /, "") === heading) + 1;
  const length = lines.slice(start).findIndex((line) => line.startsWith("#"));
  const below = lines.slice(start, length === -1 ? undefined : start + length);
  return below.flatMap((line, index) => {
    const isHead = line.startsWith("|") && !below[index - 1]?.startsWith("|");
    return isHead ? rowsFrom(below, index) : [];
  });
}

/** The first table of a page of which the first column has such a head. */
export function tableWithHead(markdown: string, head: string): Rows {
  const lines = markdown.split("\n");
  const start = lines.findIndex((line) => line.startsWith("|") && cellsOf(line)[0] === head);
  return start === -1 ? [] : rowsFrom(lines, start);
}

function rowsFrom(lines: readonly string[], head: number): Rows {
  const rows: string[][] = [];
  // without the head and the rule below it
  for (const row of lines.slice(head + 2)) {
    if (!row.startsWith("|")) break;
    rows.push(cellsOf(row));
  }
  return rows;
}

function cellsOf(row: string): string[] {
  return row.slice(1, row.lastIndexOf("|")).split(/(?<!\\)\|/).map((cell) => cell.trim());
}
