/** Where the gateway's alerts about itself lie. */
const ownSite = "gateway";

/**
 * Whether an alert concerns whoever looks at a site; undefined: at every site. What the gateway says about itself (a full disk, a part
 * that stands still) concerns them all: it may be what keeps the next alarm of this site from arriving.
 */
export function concerns(alert: { readonly site: string }, site: string | undefined): boolean {
  return site === undefined || alert.site === site || alert.site === ownSite;
}
