import type { IconName } from "./icons.ts";

/** Under which heading an entry of the navigation stands. */
export type NavigationGroup = "watch" | "safety" | "manage";

/** A page, or another app, in the navigation. */
export interface NavigationEntry {
  readonly to: string;
  readonly label: string;
  readonly icon: IconName;
  readonly group: NavigationGroup;
  /** Stands beside the label when above 0. */
  readonly count?: number;
  /** Another app, which the browser loads anew. */
  readonly isOutside?: boolean;
}
