import { computed, type Ref, shallowRef } from "vue";
import type { Alert } from "../../../../gateway/api/contract.ts";

/** Which alerts of the list are marked. What leaves the list is marked no more. */
export function useSelection(rows: Ref<readonly Alert[]>) {
  const ids = shallowRef<ReadonlySet<string>>(new Set());
  /** The last one that was marked by itself: a click with shift marks from there. */
  let anchor: string | undefined;
  const chosen = computed(() => rows.value.filter(({ id }) => ids.value.has(id)));

  function set(some: readonly string[], isOn: boolean): void {
    const next = new Set(ids.value);
    for (const id of some) {
      if (isOn) next.add(id);
      else next.delete(id);
    }
    ids.value = next;
  }

  return {
    chosen,
    has: (id: string) => ids.value.has(id),
    isAll: computed(() => rows.value.length > 0 && chosen.value.length === rows.value.length),
    /** Marks or unmarks one; `isRange`: all from the one before to this. */
    toggle(id: string, isRange = false): void {
      const isOn = !ids.value.has(id);
      const all = rows.value.map((alert) => alert.id);
      const from = anchor === undefined ? -1 : all.indexOf(anchor);
      const to = all.indexOf(id);
      set(
        isRange && from >= 0 && to >= 0 ? all.slice(Math.min(from, to), Math.max(from, to) + 1) : [id],
        isOn,
      );
      anchor = id;
    },
    setAll(isOn: boolean): void {
      ids.value = new Set(isOn ? rows.value.map(({ id }) => id) : []);
      anchor = undefined;
    },
    set,
  };
}
