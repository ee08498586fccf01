import { computed, type Ref, shallowRef, watch } from "vue";
import type { Alert, Page } from "../../../../gateway/api/contract.ts";
import { get, getAll } from "../../api/client.ts";
import { useQuery } from "../../api/query.ts";
import { session } from "../../api/session.ts";
import { useLive } from "../../live/live.ts";
import { type AlertFilter, matches, queryOf } from "./filter.ts";

/** Past alerts that are asked for at once. */
const atOnce = 50;
/** Past alerts that a file may have. */
const mostInFile = 10_000;

/** The alerts that a filter lists: the open ones live, the past ones page by page. */
export function useAlertList(filter: Ref<AlertFilter>, site: Ref<string | undefined>) {
  const { alerts, isFilled } = useLive();
  const about = () => ({ site: site.value, me: session.value?.name ?? "" });
  const isOpenShown = computed(() => filter.value.state === "raised");
  const past = useQuery(
    () => (isOpenShown.value ? undefined : queryOf(filter.value, about())),
    (query) => get<Page<Alert>>("/alerts", { ...query, limit: atOnce }),
  );
  const older = shallowRef<Page<Alert>>();
  const olderError = shallowRef<unknown>();
  watch(past.data, () => {
    older.value = undefined;
    olderError.value = undefined;
  });
  const next = computed(() => (older.value ?? past.data.value)?.next ?? undefined);
  const rows = computed<readonly Alert[]>(() =>
    isOpenShown.value
      ? alerts.value.filter((alert) => matches(alert, filter.value, about()))
      : [...(past.data.value?.items ?? []), ...(older.value?.items ?? [])],
  );

  async function readOlder(): Promise<void> {
    const first = past.data.value;
    try {
      const query = { ...queryOf(filter.value, about()), limit: atOnce, cursor: next.value };
      const page = await get<Page<Alert>>("/alerts", query);
      // The filter may have changed meanwhile.
      if (past.data.value !== first) return;
      older.value = { items: [...(older.value?.items ?? []), ...page.items], next: page.next };
      olderError.value = undefined;
    } catch (failure) {
      olderError.value = failure;
    }
  }

  return {
    rows,
    isOpenShown,
    isKnown: computed(() => (isOpenShown.value ? isFilled.value : past.data.value !== undefined)),
    error: past.error,
    refresh: past.refresh,
    hasOlder: computed(() => next.value !== undefined),
    olderError,
    readOlder,
    /** All that the filter lists, also what is not on the page yet; at most so many that a spreadsheet opens them. Throws `ApiError`. */
    all: async (): Promise<readonly Alert[]> =>
      isOpenShown.value ? rows.value : getAll<Alert>("/alerts", queryOf(filter.value, about()), mostInFile),
  };
}
