import { type Ref, ref, watch } from "vue";
import { useNow } from "../../format/clock.ts";

/** Length of a minute, ms. */
const minuteMs = 60_000;

/**
 * The minute that it is, epoch ms: what depends on it is read anew once a minute. It stands still while somebody fills in a form,
 * so that nothing is read, or fails, under his hands.
 */
export function useMinute(isPaused: () => boolean = () => false): Readonly<Ref<number>> {
  const now = useNow();
  const minute = ref(0);
  watch(
    () => (isPaused() ? minute.value : Math.floor(now.value / minuteMs) * minuteMs),
    (next) => {
      minute.value = next;
    },
    { immediate: true },
  );
  return minute;
}
