import { printable } from "../printable.ts";

/** Prints rows in aligned columns on a terminal, and as tab-separated lines when piped; control characters are written out. */
export function printTable(
  header: readonly string[],
  rows: readonly (readonly (string | number | undefined)[])[],
  output: NodeJS.WriteStream = process.stdout,
): void {
  const cells = [header, ...rows].map((row) => row.map((cell) => printable(String(cell ?? ""))));
  if (!output.isTTY) {
    for (const row of cells) output.write(`${row.join("\t")}\n`);
    return;
  }
  const widths = header.map((_, column) => Math.max(...cells.map((row) => displayWidth(row[column] ?? ""))));
  for (const row of cells) {
    const line = row
      .map((cell, column) => cell + " ".repeat((widths[column] ?? 0) - displayWidth(cell)))
      .join("  ");
    output.write(`${line.trimEnd()}\n`);
  }
}

/** Columns that a text takes on a terminal: Chinese characters take two. */
function displayWidth(text: string): number {
  let width = 0;
  for (const char of text)
    width += /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60]/.test(char)
      ? 2
      : 1;
  return width;
}
