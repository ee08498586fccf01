import { computed, type Ref } from "vue";
import type { Alert } from "../../../../gateway/api/contract.ts";
import { getAll } from "../../api/client.ts";
import { pagesOf, usePaged } from "../../api/paged.ts";
import { session } from "../../api/session.ts";
import { useLive } from "../../live/live.ts";
import { type AlertFilter, matches, queryOf } from "./filter.ts";

/** Past alerts that a file may have. */
export const mostInFile = 10_000;

/** The alerts that a filter lists: the open ones live, the past ones page by page. */
export function useAlertList(filter: Ref<AlertFilter>, site: Ref<string | undefined>) {
  const { alerts, isFilled } = useLive();
  const about = () => ({ site: site.value, me: session.value?.name ?? "" });
  const query = () => queryOf(filter.value, about());
  const isOpenShown = computed(() => filter.value.state === "raised");
  const past = usePaged(() => (isOpenShown.value ? undefined : query()), pagesOf<Alert>("/alerts"));
  const rows = computed<readonly Alert[]>(() =>
    isOpenShown.value
      ? alerts.value.filter((alert) => matches(alert, filter.value, about()))
      : past.items.value,
  );

  return {
    rows,
    isOpenShown,
    isKnown: computed(() => (isOpenShown.value ? isFilled.value : past.isKnown.value)),
    error: past.error,
    refresh: past.refresh,
    hasOlder: past.hasOlder,
    olderError: past.olderError,
    readOlder: past.readOlder,
    /** All that the filter lists, also what is not on the page yet; at most so many that a spreadsheet opens them. Throws `ApiError`. */
    all: async (): Promise<readonly Alert[]> =>
      isOpenShown.value ? rows.value : getAll<Alert>("/alerts", query(), mostInFile),
  };
}
