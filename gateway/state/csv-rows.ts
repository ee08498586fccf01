import { parse } from "csv-parse/sync";
import { readCell } from "../csv-cell.ts";
import { messageOf } from "../errors.ts";

/** One row of a CSV file; the first line is 1. */
export interface CsvRow {
  readonly line: number;
  readonly cells: readonly string[];
}

/** What is wrong with a line. */
export interface CsvFault {
  readonly line: number;
  /** The column; empty for the whole line. */
  readonly path: string;
  readonly message: string;
}

/**
 * The rows of a CSV file that are not empty, the header first, one more than header and `maxRows` at most. Cells are
 * trimmed, and freed of the apostrophe that keeps spreadsheets from running them; commas, semicolons or tabs separate, as in the first line. Where the file cannot be read on, a fault is added.
 */
export function readCsvRows(
  text: string,
  { maxRows, faults }: { maxRows: number; faults: CsvFault[] },
): CsvRow[] {
  const rows: CsvRow[] = [];
  const firstLine = text.slice(0, Math.max(0, text.search(/\r|\n|$/)));
  const delimiter = [",", ";", "\t"].reduce((a, b) =>
    firstLine.split(b).length > firstLine.split(a).length ? b : a,
  );
  try {
    parse(text, {
      bom: true,
      delimiter,
      relax_column_count: true,
      max_record_size: maxRowLength,
      on_record: (record: string[], { lines }) => {
        const cells = record.map((cell) => readCell(cell).trim());
        // Spreadsheets write rows that were emptied as rows of nothing but separators.
        const isEmpty = cells.every((cell) => cell === "");
        if (!isEmpty && rows.length < maxRows + 2) rows.push({ line: lines, cells });
        return null;
      },
    });
  } catch (error) {
    faults.push({ line: (error as { lines?: number }).lines ?? 1, path: "", message: messageOf(error) });
  }
  return rows;
}

/** An unclosed quote must not swallow the rest of the file. */
const maxRowLength = 16_384;
