import { parse } from "csv-parse/sync";
import type { Catalogue, Value } from "../../devices/kit/kind.ts";
import { messageOf } from "../errors.ts";
import type { NewDevice } from "../state/contract.ts";
import { newDevice } from "./schemas/device.ts";

/** A row of the file that could be read, with its line (the first is 1). */
export interface CsvDevice {
  readonly line: number;
  readonly device: NewDevice;
}

/** What is wrong with a line. */
export interface CsvFault {
  readonly line: number;
  readonly path: string;
  readonly message: string;
}

/**
 * Reads devices from CSV with a header: `kind,id,name,building,floor,parent,intervalMs`, and one column for each fact
 * (`facts.depthMm`). Empty cells count as not given.
 */
export function readDeviceCsv(
  csv: string,
  { catalogue, maxRows }: { catalogue: Catalogue; maxRows: number },
): { devices: CsvDevice[]; faults: CsvFault[] } {
  const table = readTable(csv, maxRows);
  if (!table.ok) return { devices: [], faults: [table.fault] };
  const devices: CsvDevice[] = [];
  const faults: CsvFault[] = [];
  for (const { line, cells } of table.rows) {
    const checked = newDevice.safeParse(assemble(cells, catalogue));
    if (checked.success) devices.push({ line, device: checked.data });
    else {
      for (const { path, message } of checked.error.issues)
        faults.push({ line, path: path.join("."), message });
    }
  }
  return { devices, faults };
}

type Table =
  | { ok: true; rows: { line: number; cells: Record<string, string> }[] }
  | { ok: false; fault: CsvFault };

const columns: ReadonlySet<string> = new Set(Object.keys(newDevice.shape).filter((name) => name !== "facts"));

function readTable(csv: string, maxRows: number): Table {
  const rows: { line: number; cells: Record<string, string> }[] = [];
  let unknown: string | undefined;
  try {
    parse(csv, {
      bom: true,
      trim: true,
      skip_empty_lines: true,
      to: maxRows + 1,
      columns: (header: string[]) => {
        unknown = header.find((name) => !columns.has(name) && !/^facts\.[A-Za-z0-9]{1,64}$/.test(name));
        return header;
      },
      on_record: (cells: Record<string, string>, { lines }) => {
        rows.push({ line: lines, cells });
        return null;
      },
    });
  } catch (error) {
    const line = (error as { lines?: number }).lines ?? 1;
    return { ok: false, fault: { line, path: "", message: messageOf(error) } };
  }
  if (unknown !== undefined) {
    const message = `unknown column "${unknown}"; known are ${[...columns].join(", ")} and facts.<name>`;
    return { ok: false, fault: { line: 1, path: unknown, message } };
  }
  if (rows.length > maxRows) {
    return {
      ok: false,
      fault: { line: maxRows + 2, path: "", message: `at most ${maxRows} devices at once` },
    };
  }
  return { ok: true, rows };
}

function assemble(cells: Record<string, string>, catalogue: Catalogue): Record<string, unknown> {
  const device: Record<string, unknown> = {};
  const facts: Record<string, Value> = {};
  for (const [name, cell] of Object.entries(cells)) {
    if (cell === "") continue;
    if (!name.startsWith("facts.")) device[name] = name === "intervalMs" ? Number(cell) : cell;
    else facts[name.slice(6)] = readFact(cell, catalogue.get(cells.kind ?? "")?.facts[name.slice(6)]?.schema);
  }
  return Object.keys(facts).length === 0 ? device : { ...device, facts };
}

/** A cell is text; the fact's own schema says whether it means a number or a boolean. */
function readFact(
  cell: string,
  schema: { safeParse: (value: unknown) => { success: boolean } } | undefined,
): Value {
  const meanings: Value[] = [cell];
  if (cell === "true" || cell === "false") meanings.unshift(cell === "true");
  else if (Number.isFinite(Number(cell))) meanings.unshift(Number(cell));
  return meanings.find((meaning) => schema?.safeParse(meaning).success) ?? cell;
}
