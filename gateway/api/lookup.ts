import { GatewayError } from "../errors.ts";
import type { Site } from "../state/contract.ts";
import type { Caller, DeviceName, KnownDevice } from "../types.ts";
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

/** The site that a list is narrowed to: the one asked for, or the caller's own. Throws `forbidden` when they differ. */
export function narrow(caller: Caller, asked: string | undefined): string | undefined {
  if (caller.site === undefined || asked === undefined || asked === caller.site) return asked ?? caller.site;
  throw new GatewayError("forbidden", `the token is for site ${caller.site} alone`);
}

/** Whether the caller may know of something at this device. */
export function maySee(caller: Caller, device: DeviceName): boolean {
  return caller.site === undefined || device.startsWith(`${caller.site}/`);
}

/** `linli/v1/{site}/{kind}/{device}/{stream}`: the device that a topic names, as far as it does. */
export function deviceOfTopic(topic: string): DeviceName {
  return topic.startsWith("linli/v1/") ? topic.split("/").slice(2, 5).join("/") : "";
}
