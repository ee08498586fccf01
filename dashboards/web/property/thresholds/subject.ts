import type { KindDetail } from "../../../../gateway/api/contract.ts";

/** One rule of a kind. */
export type Rule = KindDetail["rules"][number];

/** One number of a rule where it is looked at: at a site or a device. */
export interface LimitNow {
  readonly limit: string;
  readonly title: { readonly zh: string; readonly en: string };
  readonly unit: string;
  readonly value: number;
  readonly kindValue: number;
  readonly source: "kind" | "site" | "device";
}

/** Whose numbers are changed. */
export interface Scope {
  readonly site: string;
  readonly kind: KindDetail;
  /** Absent: all devices of the kind at the site. */
  readonly device?: { readonly id: string; readonly name: string };
}

/** The path of the API at which the numbers of the scope are set. */
export function limitsPath({ site, device }: Scope): string {
  return device === undefined ? `/sites/${site}/limits` : `/sites/${site}/devices/${device.id}/limits`;
}
