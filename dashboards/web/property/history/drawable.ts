import type { KindDetail } from "../../../../gateway/api/contract.ts";

/** Widgets whose values make no line and no band: moments and free words. */
const undrawn: ReadonlySet<string> = new Set(["time", "text"]);

/** Names of the fields of a kind that a chart can show, in its order. */
export function drawableFields({ fields }: Pick<KindDetail, "fields">): string[] {
  return Object.keys(fields).filter((name) => !undrawn.has(fields[name]?.widget ?? ""));
}

/** What is drawn when nobody chose: what tells most of the kind, or all where that cannot be drawn. */
export function usualFields(kind: Pick<KindDetail, "fields" | "summary">): string[] {
  const all = drawableFields(kind);
  const telling = kind.summary.filter((name) => all.includes(name));
  return telling.length > 0 ? telling : all;
}
