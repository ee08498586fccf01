/** A row of the audit trail, as far as it tells of a limit. */
export interface LimitRow {
  readonly at: string;
  readonly by: string;
  readonly name: string | null;
  readonly outcome: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Who set a number of each rule last, by `kind/rule`. Rows come newest first. */
export function settersOf(rows: readonly LimitRow[]): ReadonlyMap<string, { by: string; at: string }> {
  const found = new Map<string, { by: string; at: string }>();
  for (const { at, by, name, outcome, detail } of rows) {
    const sent = detail.body ?? detail;
    if (outcome !== "done" || typeof sent !== "object" || sent === null) continue;
    const { kind, rule } = sent as Readonly<Record<string, unknown>>;
    const key = `${kind}/${rule}`;
    if (!found.has(key)) found.set(key, { by: name ?? by, at });
  }
  return found;
}
