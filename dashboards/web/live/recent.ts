import { shallowRef } from "vue";
import type { ReadingEvent } from "../../../gateway/api/contract.ts";
import type { RecentMessage } from "./entities.ts";

/** Messages that are kept for lists of what is going on. */
const kept = 40;

/** The last messages, newest first. */
export function createRecent() {
  const last = shallowRef<readonly RecentMessage[]>([]);
  let fresh: RecentMessage[] = [];
  let count = 0;
  return {
    last,
    add({ device, event, values }: ReadingEvent, at: number): void {
      fresh.push({ key: ++count, device, at, event, values });
      if (fresh.length > kept) fresh.shift();
    },
    flush(): void {
      if (fresh.length === 0) return;
      last.value = [...fresh.reverse(), ...last.value].slice(0, kept);
      fresh = [];
    },
  };
}
