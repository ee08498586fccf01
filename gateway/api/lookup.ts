import { GatewayError } from "../errors.ts";
import type { Site } from "../state/contract.ts";
import type { KnownDevice } from "../types.ts";
import type { ApiParts } from "./parts.ts";

/** The site, or `not-found`. */
export function siteOf({ registry }: Pick<ApiParts, "registry">, id: string): Site {
  const site = registry.site(id);
  if (site === undefined) throw new GatewayError("not-found", `there is no site "${id}"`);
  return site;
}

/** The device of a site, or `not-found`. */
export function deviceOf(parts: Pick<ApiParts, "registry">, site: string, id: string): KnownDevice {
  siteOf(parts, site);
  const known = parts.registry.deviceAt(site, id);
  if (known === undefined) throw new GatewayError("not-found", `site "${site}" has no device "${id}"`);
  return known;
}
