import type { Site } from "../../state/contract.ts";
import type { Building, Site as ShownSite, SiteItem } from "../contract.ts";
import type { ApiParts } from "../parts.ts";
import { iso } from "../schemas/shared.ts";

/** A site as it is listed. */
export function presentSiteItem(site: Site): SiteItem {
  return {
    ...{ id: site.id, name: site.name, address: site.address ?? null, phone: site.phone ?? null },
    ...{ createdAt: iso(site.createdAt), buildings: site.buildings.length },
  };
}

/** Sites with their counts, in one walk over the devices. */
export function presentSites(
  { registry, twins, book }: Pick<ApiParts, "registry" | "twins" | "book">,
  sites: readonly Site[],
): ShownSite[] {
  const shown = new Map<string, ShownSite>();
  for (const site of sites) {
    const { critical, major, minor, info } = book.counts(site.id);
    shown.set(site.id, {
      ...presentSiteItem(site),
      devices: { total: 0, online: 0, offline: 0, unknown: 0 },
      kinds: {},
      alerts: { critical, major, minor, info },
    });
  }
  for (const { device, site, kind } of registry.devices()) {
    const counts = shown.get(site);
    if (counts === undefined) continue;
    counts.devices.total += 1;
    counts.devices[twins.presence(device)] += 1;
    counts.kinds[kind] = (counts.kinds[kind] ?? 0) + 1;
  }
  return [...shown.values()];
}

/** The buildings of a site and how many devices each has. */
export function presentBuildings({ registry }: Pick<ApiParts, "registry">, site: Site): Building[] {
  const counts = new Map(site.buildings.map((name) => [name, 0]));
  for (const { site: home, building } of registry.devices()) {
    if (home === site.id && building !== undefined) counts.set(building, (counts.get(building) ?? 0) + 1);
  }
  return [...counts].map(([name, devices]) => ({ name, devices }));
}
