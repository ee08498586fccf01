import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

/** Most bytes, gzipped, that the first screen of an app may load: its HTML with every script and style that it needs at once. */
const budgets: Readonly<Record<string, { readonly bytes: number; readonly first: readonly string[] }>> = {
  "index.html": { bytes: 120_000, first: ["property/pages/OverviewPage.vue"] },
  "fire.html": { bytes: 70_000, first: [] },
  "wall.html": { bytes: 70_000, first: [] },
};

/** What Vite's manifest says of one module. */
export interface Chunk {
  readonly file: string;
  readonly imports?: readonly string[];
  readonly css?: readonly string[];
}

/** The size of each first screen in words, and whether all keep their budget. */
export function budgetReport(
  dist: string,
  manifest: Readonly<Record<string, Chunk>>,
): { lines: string[]; isKept: boolean } {
  const rows = Object.entries(budgets).map(([page, { bytes, first }]) => {
    const files = new Set([page]);
    for (const entry of [page, ...first]) collect(manifest, entry, files);
    const size = [...files].reduce((sum, file) => sum + gzipSync(readFileSync(join(dist, file))).length, 0);
    return { page, size, bytes, count: files.size };
  });
  const lines = rows.map(
    ({ page, size, bytes, count }) =>
      `screens: ${page.padEnd(11)} ${(size / 1000).toFixed(1).padStart(6)} KB gzip in ${count} files, budget ${bytes / 1000} KB${size > bytes ? "  EXCEEDED" : ""}`,
  );
  return { lines, isKept: rows.every(({ size, bytes }) => size <= bytes) };
}

function collect(manifest: Readonly<Record<string, Chunk>>, entry: string, files: Set<string>): void {
  const chunk = manifest[entry];
  if (chunk === undefined || files.has(chunk.file)) return;
  files.add(chunk.file);
  for (const css of chunk.css ?? []) files.add(css);
  for (const inner of chunk.imports ?? []) collect(manifest, inner, files);
}
