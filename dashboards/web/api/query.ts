import { onScopeDispose, type ShallowRef, shallowRef, watch } from "vue";

/** Something that is being read, as a page shows it. */
export interface Query<T> {
  /** The last answer; stays while it is read anew. */
  readonly data: Readonly<ShallowRef<T | undefined>>;
  readonly error: Readonly<ShallowRef<unknown>>;
  readonly isLoading: Readonly<ShallowRef<boolean>>;
  refresh(): Promise<void>;
}

/**
 * Reads now, and again whenever what `key` depends on changes; an undefined key reads nothing. An answer that comes after
 * a newer question is dropped.
 */
export function useQuery<K, T>(key: () => K | undefined, read: (key: K) => Promise<T>): Query<T> {
  const data = shallowRef<T>();
  const error = shallowRef<unknown>();
  const isLoading = shallowRef(false);
  let asked = 0;

  async function refresh(): Promise<void> {
    const wanted = key();
    const turn = ++asked;
    if (wanted === undefined) {
      data.value = undefined;
      isLoading.value = false;
      return;
    }
    isLoading.value = true;
    try {
      const answer = await read(wanted);
      if (turn !== asked) return;
      data.value = answer;
      error.value = undefined;
    } catch (failure) {
      if (turn === asked) error.value = failure;
    } finally {
      if (turn === asked) isLoading.value = false;
    }
  }

  watch(
    () => JSON.stringify(key()),
    () => {
      error.value = undefined;
      void refresh();
    },
    { immediate: true },
  );
  onScopeDispose(() => {
    asked++;
  });
  return { data, error, isLoading, refresh };
}
