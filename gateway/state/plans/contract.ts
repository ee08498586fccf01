import type { DeviceName } from "../../types.ts";
import type { PointKind } from "./point-kinds.ts";

/** A drawing of a site or of one floor, without its image. */
export interface Plan {
  readonly id: string;
  readonly site: string;
  readonly name: string;
  /** Undefined for a plan of the whole site. */
  readonly building: string | undefined;
  readonly floor: string | undefined;
  /** Units of the image: pixels, or what the `viewBox` of an SVG counts. */
  readonly width: number;
  readonly height: number;
  /** Undefined while nobody has measured it. */
  readonly metresPerUnit: number | undefined;
  /** One more with each change. */
  readonly version: number;
  /** Changes with the image alone. */
  readonly imageHash: string;
}

/** Where a device stands on a plan. */
export interface Placement {
  readonly device: DeviceName;
  readonly x: number;
  readonly y: number;
}

/** Something on a plan that is no device: what a crew looks for. */
export interface Point {
  readonly id: string;
  readonly kind: PointKind;
  readonly name: string | undefined;
  readonly x: number;
  readonly y: number;
}

/** A plan with all that is drawn on it. */
export interface PlanDetail extends Plan {
  readonly placements: readonly Placement[];
  readonly points: readonly Point[];
}

/** An image as it was sent. */
export interface PlanImage {
  /** Media type, found in the bytes themselves. */
  readonly type: string;
  readonly content: Uint8Array;
  readonly hash: string;
}

/** What people say about a new plan. */
export interface NewPlan {
  readonly name: string;
  readonly building?: string | undefined;
  readonly floor?: string | undefined;
  readonly metresPerUnit?: number | undefined;
}

/** What may change of a plan; null removes. Placements and points replace all that were there. */
export interface PlanChange {
  readonly name?: string | undefined;
  readonly building?: string | null | undefined;
  readonly floor?: string | null | undefined;
  readonly metresPerUnit?: number | null | undefined;
  readonly placements?: readonly Placement[] | undefined;
  readonly points?:
    | readonly { kind: PointKind; name?: string | null | undefined; x: number; y: number }[]
    | undefined;
  /** Refused with `conflict` unless the plan still has this version. */
  readonly version?: number | undefined;
}

/** The plans of all sites, read from SQLite when they are asked for. */
export interface Plans {
  /** Of a site, plans of the whole site first, then by building and floor. */
  of(site: string): readonly Plan[];
  find(site: string, id: string): PlanDetail | undefined;
  image(site: string, id: string): PlanImage | undefined;
  /** Plans on which a device stands, and where. */
  placesOf(device: DeviceName): readonly { readonly plan: string; readonly x: number; readonly y: number }[];
  /** Throws `invalid-request` for a bad image or field, `limit-reached`. */
  add(site: string, plan: NewPlan, image: Uint8Array): PlanDetail;
  /** Throws `not-found`, `conflict` for an old version, `invalid-request`. */
  change(site: string, id: string, change: PlanChange): PlanDetail;
  /** What is drawn moves with the image when that has other measures. Throws like `add` and `not-found`. */
  setImage(site: string, id: string, image: Uint8Array): PlanDetail;
  /** Throws `not-found`. */
  remove(site: string, id: string): void;
}
