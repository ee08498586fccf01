import type { Snapshot } from "./engine.ts";
import { type Part, readParts } from "./parts.ts";

/** Where values are, as one snapshot sees it. */
export interface Catalog {
  readonly parts: readonly Part[];
  /** First and last time of the fresh values; undefined when there are none. */
  readonly fresh: { readonly from: number; readonly to: number } | undefined;
}

/** Reads where values are. */
export type ReadCatalog = (snapshot: Snapshot) => Promise<Catalog>;

/** Parts change a few times an hour; between the changes they are kept, because every query needs them. */
export function createCatalogReader(): ReadCatalog {
  let kept: { version: number; parts: readonly Part[] } | undefined;
  return async ({ read }) => {
    const [row] = await read(
      "SELECT partsVersion::DOUBLE, (SELECT min(time) FROM fresh), (SELECT max(time) FROM fresh) FROM place",
    );
    const [version, from, to] = row as readonly [number, number | null, number | null];
    if (kept?.version !== version) kept = { version, parts: await readParts(read) };
    return { parts: kept.parts, fresh: from === null || to === null ? undefined : { from, to } };
  };
}
