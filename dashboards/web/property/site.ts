import { computed, type Ref, ref } from "vue";
import { useLive } from "../live/live.ts";

const key = "linli.site";

/** The site that the pages show; an empty text is all sites. Kept in this tab. */
export const chosenSite: Ref<string> = ref(sessionStorage.getItem(key) ?? "");

/** The chosen site, as far as it exists and the person sees it; undefined: all. */
export function useSite() {
  const { sites } = useLive();
  const site = computed(() =>
    sites.value.length === 1 ? sites.value[0] : sites.value.find(({ id }) => id === chosenSite.value),
  );
  return { sites, site };
}

/** Shows another site; an empty text is all. */
export function chooseSite(id: string): void {
  chosenSite.value = id;
  sessionStorage.setItem(key, id);
}
