/**
 * What spreadsheets run as a formula, in full width too, which Chinese ones read as the same. Apostrophes in front are counted in, so
 * that reading takes off exactly what writing put on.
 */
const formula = /^'*[=+\-@\t\r\n＝＋－＠]/;
/** A plain number is none. */
const number = /^[+-]?\d+(\.\d+)?$/;

/** A text as a cell of CSV (RFC 4180). One that a spreadsheet would take for a formula gets an apostrophe before it. */
export function writeCell(text: string): string {
  const harmless = formula.test(text) && !number.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** The text of a cell that `writeCell` may have written; the parser has taken off the quotation marks. */
export function readCell(cell: string): string {
  return cell.startsWith("'") && formula.test(cell) ? cell.slice(1) : cell;
}
