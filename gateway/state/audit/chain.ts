import { hash } from "node:crypto";
import type { AuditHead, AuditRow } from "./contract.ts";

/** What stands before the first row. */
export const genesis: AuditHead = { sequence: 0, hash: "0".repeat(64) };

/** The action of the row that retention writes; its detail names the last row that was deleted. */
export const trimmedAction = "audit-trimmed";

/** A row with what the chain is made of, from the database or from an exported line. */
export interface Link extends AuditHead {
  readonly previous: string;
  readonly action: string;
  /** The row as JSON without its hash: what the hash is made of. */
  readonly text: string;
  /** The last row that was deleted, when this one says so. */
  readonly through: AuditHead | undefined;
}

/** The row's JSON without its hash. Always the same bytes for the same row. */
export function textOf(row: Omit<AuditRow, "hash">): string {
  const { sequence, at, by, via, address, action, site, target, outcome, code, detail, previous } = row;
  const time = Math.abs(at) <= lastTime ? new Date(at).toISOString() : at;
  const facts = { sequence, at: time, by, via, address, action, site, target, outcome, code };
  // The detail stands as it is stored: parsing and writing it again could change its bytes.
  return `${JSON.stringify(facts).slice(0, -1)},"detail":${detail},"previous":${JSON.stringify(previous)}}`;
}

/** SHA-256 of the text in hex. */
export function hashOf(text: string): string {
  return hash("sha256", text, "hex");
}

/** One line of an export: the row's JSON with its hash at the end. */
export function lineOf(row: AuditRow): string {
  return `${textOf(row).slice(0, -1)},"hash":${JSON.stringify(row.hash)}}`;
}

/** The link that a row of the database is. */
export function linkOf(row: AuditRow): Link {
  const { sequence, hash, previous, action } = row;
  return { sequence, hash, previous, action, text: textOf(row), through: throughOf(action, row.detail) };
}

/** The link that an exported line is; undefined when it is none. */
export function readLine(line: string): Link | undefined {
  const hash = /,"hash":"([0-9a-f]{64})"\}$/.exec(line)?.[1];
  if (hash === undefined) return undefined;
  const text = `${line.slice(0, -75)}}`;
  try {
    const { sequence, previous, action, detail } = JSON.parse(text) as Record<string, unknown>;
    if (!Number.isSafeInteger(sequence) || typeof previous !== "string") return undefined;
    return {
      ...{ sequence: sequence as number, hash, previous, action: String(action), text },
      through: throughOf(String(action), JSON.stringify(detail)),
    };
  } catch {
    return undefined;
  }
}

/** The largest time that a `Date` can hold, ms. */
const lastTime = 8.64e15;

function throughOf(action: string, detail: string): AuditHead | undefined {
  if (action !== trimmedAction) return undefined;
  try {
    const { through, hash } = JSON.parse(detail) as Record<string, unknown>;
    return { sequence: Number(through), hash: String(hash) };
  } catch {
    return undefined;
  }
}
