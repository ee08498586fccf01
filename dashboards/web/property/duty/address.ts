import { computed, type WritableComputedRef } from "vue";
import { useRoute, useRouter } from "vue-router";

/** A text of the page's address by its name; empty when it is not there. With `push` the browser's Back leads to what was. */
export function useInAddress(name: string, way: "push" | "replace" = "replace"): WritableComputedRef<string> {
  const route = useRoute();
  const router = useRouter();
  return computed({
    get() {
      const given = route.query[name];
      return typeof given === "string" ? given : "";
    },
    set(text) {
      void router[way]({ query: { ...route.query, [name]: text === "" ? undefined : text } });
    },
  });
}
