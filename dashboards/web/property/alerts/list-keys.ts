/** What keys do in the list of alerts, besides what links and boxes do by themselves. */
export interface ListActs {
  /** Marks or unmarks one; `isRange`: all from the one before to this. */
  toggle(id: string, isRange: boolean): void;
  acknowledge(id: string): void;
}

/**
 * Up and down, Home and End go from row to row, space marks the row, A acknowledges it. Only while the focus is in the list, so that no
 * letter is taken from a field or a screen reader. Rows carry `data-id`, and what takes the focus in them is a link.
 */
export function onListKey(event: KeyboardEvent, acts: ListActs): void {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const target = event.target as HTMLElement;
  const row = target.closest<HTMLElement>("[data-id]");
  const list = row?.parentElement;
  if (!row || !list) return;
  const id = row.dataset.id ?? "";
  const goal = goalOf(event.code, row, list);
  if (goal !== undefined) goal?.querySelector("a")?.focus();
  else if (event.code === "Space" && target.tagName === "A") acts.toggle(id, event.shiftKey);
  else if (event.code === "KeyA") acts.acknowledge(id);
  else return;
  event.preventDefault();
}

/** The row that a key leads to; null at the end of the list, undefined for another key. */
function goalOf(code: string, row: Element, list: Element): Element | null | undefined {
  switch (code) {
    case "ArrowDown":
      return row.nextElementSibling;
    case "ArrowUp":
      return row.previousElementSibling;
    case "Home":
      return list.firstElementChild;
    case "End":
      return list.lastElementChild;
    default:
      return undefined;
  }
}
