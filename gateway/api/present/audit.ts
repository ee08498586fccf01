import type { z } from "zod";
import type { AuditRow } from "../../state/audit/contract.ts";
import type { Access } from "../../state/contract.ts";
import type { People } from "../../state/people.ts";
import type { auditRow } from "../schemas/audit.ts";
import { iso } from "../schemas/shared.ts";

/** Rows with the names that their actors have now. */
export function presentAuditRows(
  rows: readonly AuditRow[],
  { access, identity }: { access: Pick<Access, "tokens">; identity: { people: Pick<People, "all"> } },
): z.output<typeof auditRow>[] {
  const names = new Map<string, string>([
    ...access.tokens().map(({ id, name }) => [`token:${id}`, name] as const),
    ...identity.people.all().map(({ id, name }) => [`person:${id}`, name] as const),
  ]);
  return rows.map(({ at, detail, previous: _, ...row }) => ({
    ...row,
    at: Math.abs(at) <= 8.64e15 ? iso(at) : String(at),
    name: names.get(row.by) ?? null,
    detail: readDetail(detail),
  }));
}

/** Who changed the database may have put anything there. */
function readDetail(text: string): Record<string, unknown> {
  try {
    const read: unknown = JSON.parse(text);
    if (typeof read === "object" && read !== null) return { ...read };
  } catch {
    // Shown as it is.
  }
  return { unreadable: text };
}
