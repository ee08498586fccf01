import { computed, type Ref, type ShallowRef, shallowRef, watch } from "vue";
import type { Page } from "../../../gateway/api/contract.ts";
import { type CallOptions, get } from "./client.ts";
import { useQuery } from "./query.ts";

/** A list of the API that is read page by page, as a page of the screens shows it. */
export interface Paged<T> {
  readonly items: Readonly<Ref<readonly T[]>>;
  /** The first page: another one each time that the list is read from its beginning. */
  readonly first: Readonly<ShallowRef<Page<T> | undefined>>;
  /** Whether the first page has come. */
  readonly isKnown: Readonly<Ref<boolean>>;
  /** Why the first page could not be read. */
  readonly error: Readonly<ShallowRef<unknown>>;
  readonly hasOlder: Readonly<Ref<boolean>>;
  /** Why the page after could not be read; what was read before stays. */
  readonly olderError: Readonly<ShallowRef<unknown>>;
  /** Reads the first page anew, and shows that alone. */
  refresh(): Promise<void>;
  /** Reads the page after those that are shown. */
  readOlder(): Promise<void>;
}

/**
 * Reads a list from its beginning whenever the query changes; an undefined query reads nothing. A page that comes after the query has
 * changed is dropped. `read` answers with the page that a cursor begins, without one with the first.
 */
export function usePaged<Q, T>(
  query: () => Q | undefined,
  read: (query: Q, cursor: string | undefined) => Promise<Page<T>>,
): Paged<T> {
  const first = useQuery(query, (given) => read(given, undefined));
  const older = shallowRef<Page<T>>();
  const olderError = shallowRef<unknown>();
  watch(first.data, () => {
    older.value = undefined;
    olderError.value = undefined;
  });
  const next = computed(() => (older.value ?? first.data.value)?.next ?? undefined);

  return {
    items: computed(() => [...(first.data.value?.items ?? []), ...(older.value?.items ?? [])]),
    first: first.data,
    isKnown: computed(() => first.data.value !== undefined),
    error: first.error,
    hasOlder: computed(() => next.value !== undefined),
    olderError,
    refresh: first.refresh,
    async readOlder() {
      const given = query();
      const begun = first.data.value;
      const cursor = next.value;
      if (given === undefined || cursor === undefined) return;
      try {
        const page = await read(given, cursor);
        if (first.data.value !== begun || next.value !== cursor) return;
        older.value = { items: [...(older.value?.items ?? []), ...page.items], next: page.next };
        olderError.value = undefined;
      } catch (failure) {
        olderError.value = failure;
      }
    },
  };
}

/** Items of one page of most lists. */
const atOnce = 50;

/** Reads the pages of the list at `path`. */
export function pagesOf<T>(path: string) {
  return (query: NonNullable<CallOptions["query"]>, cursor: string | undefined): Promise<Page<T>> =>
    get<Page<T>>(path, { limit: atOnce, ...query, cursor });
}
