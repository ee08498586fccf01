import { writeCell } from "../csv-cell.ts";
import type { Device } from "../types.ts";

/** What every file has; facts follow, each in a column of its own. */
const columns = ["kind", "id", "name", "building", "floor", "parent", "interval"] as const;

/**
 * Devices as the CSV that `parseDeviceCsv` reads, so that they can be registered again elsewhere: without passwords, ordered by kind
 * and id. It begins with a byte order mark, by which spreadsheets tell UTF-8.
 */
export function writeDeviceCsv(devices: Iterable<Device>): string {
  const rows = [...devices].sort((a, b) => (a.device < b.device ? -1 : 1));
  const facts = [...new Set(rows.flatMap((device) => Object.keys(device.facts)))].sort();
  const lines = rows.map((device) => [
    ...[device.kind, device.id, device.name, device.building, device.floor, device.parent],
    device.intervalMs === undefined ? undefined : `${device.intervalMs}ms`,
    ...facts.map((fact) => device.facts[fact]),
  ]);
  const table = [[...columns, ...facts.map((fact) => `fact.${fact}`)], ...lines];
  return `\uFEFF${table.map((cells) => cells.map((cell) => writeCell(String(cell ?? ""))).join(",")).join("\r\n")}\r\n`;
}
