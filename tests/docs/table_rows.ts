/** The rows of the tables below a heading, up to the next one: their cells without blanks around. */
export function tableRows(page: string, heading: string): readonly (readonly string[])[] {
  const lines = page.split("\n");
  const start = lines.findIndex((line) => line.replace(/^#+ /, "") === heading);
  const length = lines.slice(start + 1).findIndex((line) => line.startsWith("#"));
  const below = lines.slice(start + 1, length === -1 ? undefined : start + 1 + length);
  return below
    .filter((line, index) => line.startsWith("|") && !isHead(line, below[index + 1]))
    .map((line) => line.slice(1, -1).split("|").map((cell) => cell.trim()));
}

/** A table's head, and the line below it. */
function isHead(line: string, next = ""): boolean {
  return /^\| ?-/.test(next) || /^\| ?-/.test(line);
}
