import { shallowRef } from "vue";
import type { CommandEvent } from "../../../gateway/api/contract.ts";

/** Steps that are kept; a page that shows commands takes over each as it comes. */
const most = 50;

/** The last steps of commands, newest first. */
export function createCommands() {
  const last = shallowRef<readonly CommandEvent[]>([]);
  let fresh: CommandEvent[] = [];
  return {
    last,
    add(step: CommandEvent): void {
      fresh.unshift(step);
    },
    flush(): void {
      if (fresh.length === 0) return;
      last.value = [...fresh, ...last.value].slice(0, most);
      fresh = [];
    },
  };
}
