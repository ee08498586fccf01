import type { Catalogue, FactField, Value } from "../../devices/kit/kind.ts";
import type { NewDevice } from "./contract.ts";
import { type CsvFault, type CsvRow, readCsvRows } from "./csv-rows.ts";
import { quote } from "./device-check.ts";

/** Devices that were read from CSV, with the line where each stands, and what could not be read. The first line is 1. */
export interface DeviceCsv {
  readonly devices: readonly { readonly line: number; readonly device: NewDevice }[];
  readonly faults: readonly CsvFault[];
}

/**
 * Reads devices from CSV with a header, in English or Chinese, separated by commas, semicolons or tabs. Columns:
 * `kind`, `id`, `name`, `building`, `floor`, `parent`, `interval` (`30s`, `10min`, `1h`; a bare number is seconds),
 * `claim` (`yes`: a claim code in place of a password; `no`), and `fact.depthMm` for each fact. Empty cells count as not
 * given. Whether a device can be registered is for `Registry.addDevices` to say.
 */
export function parseDeviceCsv(text: string, { catalogue, maxRows }: CsvParts): DeviceCsv {
  const faults: CsvFault[] = [];
  const [header, ...rows] = readCsvRows(text, { maxRows, faults });
  if (header === undefined) {
    if (faults.length === 0) faults.push({ line: 1, path: "", message: "the file is empty" });
    return { devices: [], faults };
  }
  const columns = readHeader(header, faults);
  if (columns === undefined) return { devices: [], faults };
  if (rows.length > maxRows) {
    faults.push({ line: rows[maxRows]!.line, path: "", message: `at most ${maxRows} devices at once` });
    return { devices: [], faults };
  }
  const devices: { line: number; device: NewDevice }[] = [];
  for (const { line, cells } of rows) {
    const device = readDevice({ columns, cells, catalogue }, (path, message) => {
      faults.push({ line, path, message });
    });
    if (device !== undefined) devices.push({ line, device });
  }
  return { devices, faults };
}

interface CsvParts {
  readonly catalogue: Catalogue;
  /** Devices that one file may have. */
  readonly maxRows: number;
}

type Refuse = (path: string, message: string) => void;

/** Column titles as people write them, in lower case. */
const titles: ReadonlyMap<string, string> = new Map(
  Object.entries({
    kind: ["kind", "类型", "设备类型"],
    id: ["id", "编号", "设备编号"],
    name: ["name", "名称", "设备名称"],
    building: ["building", "楼栋", "楼号"],
    floor: ["floor", "楼层"],
    parent: ["parent", "上级", "上级设备"],
    interval: ["interval", "间隔", "上报间隔"],
    intervalMs: ["intervalms"],
    claim: ["claim", "认领码"],
  }).flatMap(([column, names]) => names.map((name) => [name, column])),
);

function readHeader({ line, cells }: CsvRow, faults: CsvFault[]): readonly string[] | undefined {
  const before = faults.length;
  const columns = cells.map((cell) => {
    const fact = /^facts?\.(\w{1,64})$/i.exec(cell)?.[1];
    return fact === undefined ? (titles.get(cell.toLowerCase()) ?? "") : `facts.${fact}`;
  });
  const refuse = (path: string, message: string): void => void faults.push({ line, path, message });
  for (const [index, column] of columns.entries()) {
    const title = cells[index]!;
    if (column === "" && title !== "") {
      refuse(
        title,
        "unknown column; known are kind, id, name, building, floor, parent, interval, claim and fact.<name>",
      );
    }
    if (column !== "" && columns.indexOf(column) < index) refuse(title, "this column is there twice");
  }
  for (const needed of ["kind", "id"]) {
    if (!columns.includes(needed))
      refuse(needed, `the first line must name the columns, and ${needed} is missing`);
  }
  return faults.length === before ? columns : undefined;
}

function readDevice(
  {
    columns,
    cells,
    catalogue,
  }: { columns: readonly string[]; cells: readonly string[]; catalogue: Catalogue },
  refuse: Refuse,
): NewDevice | undefined {
  const texts = new Map<string, string>();
  for (const [index, cell] of cells.entries()) {
    const column = columns[index] ?? "";
    if (cell !== "" && column === "") {
      refuse("", `${quote(cell)} stands in column ${index + 1}, which has no title`);
      return undefined;
    }
    if (cell !== "") texts.set(column, cell);
  }
  const kind = texts.get("kind") ?? "";
  const facts = [...texts].flatMap(([column, cell]): [string, Value][] => {
    const name = column.startsWith("facts.") ? column.slice("facts.".length) : undefined;
    return name === undefined ? [] : [[name, readFact(cell, catalogue.get(kind)?.facts[name])]];
  });
  const intervalMs = readInterval(texts, refuse);
  const claim = readFlag(texts.get("claim"), refuse);
  if (intervalMs === "refused" || claim === "refused") return undefined;
  return {
    kind,
    id: texts.get("id") ?? "",
    name: texts.get("name"),
    building: texts.get("building"),
    floor: texts.get("floor"),
    parent: texts.get("parent"),
    intervalMs,
    claim,
    facts: facts.length === 0 ? undefined : Object.fromEntries(facts),
  };
}

const flags: ReadonlyMap<string, boolean> = new Map([
  ...["yes", "true", "1", "是"].map((word) => [word, true] as const),
  ...["no", "false", "0", "否"].map((word) => [word, false] as const),
]);

function readFlag(cell: string | undefined, refuse: Refuse): boolean | undefined | "refused" {
  if (cell === undefined) return undefined;
  const flag = flags.get(cell.toLowerCase());
  if (flag !== undefined) return flag;
  refuse("claim", `yes or no, got ${quote(cell)}`);
  return "refused";
}

const unitsMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  min: 60_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

function readInterval(texts: ReadonlyMap<string, string>, refuse: Refuse): number | undefined | "refused" {
  const cell = texts.get("interval") ?? texts.get("intervalMs");
  if (cell === undefined) return undefined;
  const [, count, unit] = /^(\d{1,12}(?:\.\d{1,3})?)\s*(ms|s|min|m|h|d)?$/i.exec(cell) ?? [];
  if (count === undefined) {
    refuse("interval", `a time like 30s, 10min or 1h, got ${quote(cell)}`);
    return "refused";
  }
  const usual = texts.has("interval") ? "s" : "ms";
  return Math.round(Number(count) * unitsMs[unit?.toLowerCase() ?? usual]!);
}

/** A cell is text; the fact's own schema says whether a number or a boolean is meant. */
function readFact(cell: string, field: FactField | undefined): Value {
  const meanings: Value[] = [cell];
  if (/^(true|yes|是|1)$/i.test(cell)) meanings.unshift(true);
  if (/^(false|no|否|0)$/i.test(cell)) meanings.unshift(false);
  if (/^[+-]?\d+(\.\d+)?$/.test(cell)) meanings.unshift(Number(cell));
  // When none fits, the likeliest goes on, so that the registry's message speaks of the value and not of its type.
  return meanings.find((meaning) => field?.schema.safeParse(meaning).success) ?? meanings[0]!;
}
