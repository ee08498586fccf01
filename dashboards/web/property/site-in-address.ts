import { computed, watch } from "vue";
import { useRoute, useRouter } from "vue-router";
import { chooseSite, useSite } from "./site.ts";

/**
 * Keeps the chosen site in the address of a page, so that a link shows the same to whoever sees several sites. `narrowed` is what lists
 * are narrowed to: the site that was chosen among several. Call it in `setup`.
 */
export function useSiteInAddress() {
  const route = useRoute();
  const router = useRouter();
  const { sites, site } = useSite();
  let isRead = false;
  watch(
    [sites, site],
    () => {
      // Before the snapshot came nobody knows which sites there are.
      if (sites.value.length === 0) return;
      const { site: linked } = route.query;
      if (!isRead && typeof linked === "string" && sites.value.some(({ id }) => id === linked))
        chooseSite(linked);
      isRead = true;
      const id = sites.value.length > 1 ? site.value?.id : undefined;
      if (route.query.site !== id) void router.replace({ query: { ...route.query, site: id } });
    },
    { immediate: true },
  );
  // With one site alone, what belongs to no site is on the lists too.
  const narrowed = computed(() => (sites.value.length > 1 ? site.value?.id : undefined));
  return { sites, site, narrowed };
}
