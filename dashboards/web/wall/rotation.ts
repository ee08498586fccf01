import { computed, type Ref } from "vue";
import { useNow } from "../format/clock.ts";

/** Pages of the wall, in their order. */
export const pageNames = ["status", "plan", "alerts"] as const;

/** Name of a page. */
export type PageName = (typeof pageNames)[number];

/** What the address asks for. */
export interface WallAddress {
  /** How long each page stays, s. */
  readonly everyS: number;
  readonly site: string | undefined;
  readonly pages: readonly PageName[];
}

/** Reads `?every=20&site=xinfa&pages=status,plan`; what is wrong or absent is as if nothing was said. */
export function readAddress(search: string): WallAddress {
  const query = new URLSearchParams(search);
  const every = Number(query.get("every"));
  const asked = (query.get("pages") ?? "").split(",");
  const pages = pageNames.filter((name) => asked.includes(name));
  return {
    everyS: every >= 5 && every <= 600 ? every : 20,
    site: query.get("site") ?? undefined,
    pages: pages.length > 0 ? pages : pageNames,
  };
}

/** Which page stands on the wall, and how much of its time is over, 0 to 1. */
export function useRotation(pages: Readonly<Ref<readonly PageName[]>>, everyS: number) {
  const now = useNow();
  const turn = computed(() => now.value / (everyS * 1000));
  return {
    page: computed(() => pages.value[Math.floor(turn.value) % pages.value.length] ?? "status"),
    part: computed(() => (pages.value.length > 1 ? turn.value % 1 : 0)),
  };
}
