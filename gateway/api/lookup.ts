import type { Alert } from "../alert/contract.ts";
import { GatewayError } from "../errors.ts";
import type { Site } from "../state/contract.ts";
import type { DeviceName, KnownDevice } from "../types.ts";
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

/** The sites at which a caller may do what it asks for; undefined: everywhere. */
export type Sites = readonly string[] | undefined;

/** The sites that a list is narrowed to: the one asked for, or the caller's. Throws `forbidden` when it is none of them. */
export function narrow(sites: Sites, asked: string | undefined): Sites {
  if (asked === undefined) return sites;
  if (sites === undefined || sites.includes(asked)) return [asked];
  throw new GatewayError("forbidden", `your role for this is for ${sites.join(", ")} alone`);
}

/** Whether something at this device is within the caller's sites. */
export function isWithin(sites: Sites, device: DeviceName): boolean {
  return sites === undefined || sites.some((site) => device.startsWith(`${site}/`));
}

/** The alert, or `not-found`, also for one of another site. */
export function findAlert(book: Pick<ApiParts["book"], "find">, sites: Sites, id: string): Alert {
  const found = book.find(id);
  if (found === undefined || !isWithin(sites, found.device))
    throw new GatewayError("not-found", `there is no alert "${id}"`);
  return found;
}

/** `linli/v1/{site}/{kind}/{device}/{stream}`: the device that a topic names, as far as it does. */
export function deviceOfTopic(topic: string): DeviceName {
  return topic.startsWith("linli/v1/") ? topic.split("/").slice(2, 5).join("/") : "";
}
