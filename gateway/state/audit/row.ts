import { hashOf, textOf } from "./chain.ts";
import type { AuditEntry, AuditHead, AuditRow } from "./contract.ts";

/** The row that an entry becomes behind `before`. Texts are cut to their bounds, in a form that the database gives back unchanged. */
export function makeRow(entry: AuditEntry, at: number, before: AuditHead, detailChars: number): AuditRow {
  const { by, via, address, action, site, target, outcome, code, detail } = entry;
  const row = {
    sequence: before.sequence + 1,
    at,
    by: clean(by, 100),
    via,
    address: cleanOrNull(address, 64),
    action: clean(action, 64),
    site: cleanOrNull(site, 64),
    target: cleanOrNull(target, 300),
    outcome,
    code: cleanOrNull(code, 64),
    detail: textOfDetail(detail, detailChars),
    previous: before.hash,
  };
  return { ...row, hash: hashOf(textOf(row)) };
}

function cleanOrNull(text: string | undefined, most: number): string | null {
  return text === undefined || text === "" ? null : clean(text, most);
}

/** Half a surrogate pair and U+0000 would come back from the database as something else, and the hash would not fit. */
function clean(text: string, most: number): string {
  return text
    .slice(0, most)
    .toWellFormed()
    .replace(/\p{Cc}/gu, "\ufffd");
}

function textOfDetail(detail: AuditEntry["detail"], most: number): string {
  const text = JSON.stringify(detail ?? {}) ?? "{}";
  return text.length <= most ? text : JSON.stringify({ leftOut: text.length });
}
