/** Where the API has the devices of a site. */
export function devicesPath(site: string): string {
  return `/sites/${encodeURIComponent(site)}/devices`;
}

/** Where the API has one device. */
export function devicePath(site: string, id: string): string {
  return `${devicesPath(site)}/${encodeURIComponent(id)}`;
}
