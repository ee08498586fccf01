import { useRoute, useRouter } from "vue-router";

/** Changes what a page keeps in the query of its address; an empty text takes it out. Call it in `setup`. */
export function useQueryInAddress() {
  const route = useRoute();
  const router = useRouter();
  return {
    set(changed: Readonly<Record<string, string>>): void {
      const given = Object.entries(changed).map(([name, value]) => [name, value === "" ? undefined : value]);
      void router.replace({ query: { ...route.query, ...Object.fromEntries(given) } });
    },
    /** Keeps these alone. */
    keep(...names: readonly string[]): void {
      void router.replace({ query: Object.fromEntries(names.map((name) => [name, route.query[name]])) });
    },
  };
}
