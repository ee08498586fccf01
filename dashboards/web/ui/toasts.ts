import { shallowRef } from "vue";

/** A short word about what was just done. */
export interface ToastNote {
  readonly id: number;
  readonly text: string;
  readonly tone: "ok" | "critical";
}

/** How long a word stays, ms; one about a failure stays twice as long. */
const stayMs = 5000;
/** Words at once; the oldest goes. */
const most = 4;
let count = 0;

/** What is said now, oldest first. */
export const toasts = shallowRef<readonly ToastNote[]>([]);

/** Says something for a few seconds. */
export function toast(text: string, tone: ToastNote["tone"] = "ok"): void {
  const note = { id: ++count, text, tone };
  toasts.value = [...toasts.value, note].slice(-most);
  setTimeout(() => dismiss(note.id), tone === "ok" ? stayMs : 2 * stayMs);
}

/** Takes a word away. */
export function dismiss(id: number): void {
  toasts.value = toasts.value.filter((note) => note.id !== id);
}
