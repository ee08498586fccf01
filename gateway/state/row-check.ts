import type { Catalogue } from "../../devices/kit/kind.ts";
import type { Device } from "../types.ts";
import type { NewDevice } from "./contract.ts";
import { checkDevice, type DeviceFault } from "./device-check.ts";
import { findFamilyFault } from "./family.ts";

/** The rows of an import as they would be stored, and every fault with its row; the first row is 0. */
export interface CheckedRows {
  readonly devices: readonly Device[];
  readonly faults: readonly RowFault[];
}

/** Checks devices that are to be registered together: each by itself, and against each other and those that exist. */
export function checkRows({ site, rows, catalogue, createdAt, find }: RowsParts): CheckedRows {
  const faults: RowFault[] = [];
  const devices = new Map<string, Device>();
  const firstRows = new Map<string, number>();
  for (const [row, fields] of rows.entries()) {
    const answer = checkDevice({ site, fields, catalogue, createdAt });
    if (!answer.ok) faults.push(...answer.faults.map((fault) => ({ row, ...fault })));
    const earlier = firstRows.get(fields.id);
    const owner = find(fields.id)?.device ?? (earlier === undefined ? undefined : `row ${earlier + 1}`);
    if (owner !== undefined) {
      const message = `id ${fields.id} is taken in site ${site} by ${owner}`;
      faults.push({ row, code: "conflict", path: "id", message });
      continue;
    }
    firstRows.set(fields.id, row);
    if (answer.ok) devices.set(fields.id, answer.device);
  }
  for (const device of devices.values()) {
    const fault = findFamilyFault(device, (id) => devices.get(id) ?? find(id));
    // A parent whose own row was refused is told there, once.
    const isToldThere = firstRows.has(device.parent ?? "") && !devices.has(device.parent ?? "");
    if (fault !== undefined && !isToldThere) faults.push({ row: firstRows.get(device.id)!, ...fault });
  }
  return { devices: [...devices.values()], faults: faults.sort((a, b) => a.row - b.row) };
}

interface RowsParts {
  readonly site: string;
  readonly rows: readonly NewDevice[];
  readonly catalogue: Catalogue;
  readonly createdAt: number;
  /** A device of the site that is registered already. */
  readonly find: (id: string) => Device | undefined;
}

type RowFault = DeviceFault & { readonly row: number };
