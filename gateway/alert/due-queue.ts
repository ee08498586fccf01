/** Something that waits for its moment. The queue owns `slot`; start it at -1. */
export interface Timed {
  /** Epoch ms; Infinity when it waits for nothing. */
  due: number;
  /** Place in the queue, -1 when it is not in there. */
  slot: number;
}

/** Things in the order of their due moments, so that looking costs nothing while nothing is due. */
export interface DueQueue<T extends Timed> {
  /** Sets the moment of an item, whether it waits already or not; Infinity takes it out. */
  schedule(item: T, due: number): void;
  /** Takes out the first item whose moment has come. */
  take(now: number): T | undefined;
  size(): number;
}

/** Makes a queue; `isBefore` decides between items of one moment, so that the order never depends on history. */
export function createDueQueue<T extends Timed>(isBefore: (a: T, b: T) => boolean): DueQueue<T> {
  // A binary heap in which every item knows its place: moving and removing one is as cheap as adding it.
  const heap: T[] = [];

  function comesFirst(a: T, b: T): boolean {
    return a.due < b.due || (a.due === b.due && isBefore(a, b));
  }

  function place(item: T, slot: number): void {
    heap[slot] = item;
    item.slot = slot;
  }

  function rise(item: T, from: number): number {
    let slot = from;
    while (slot > 0) {
      const parent = (slot - 1) >> 1;
      if (!comesFirst(item, heap[parent]!)) break;
      place(heap[parent]!, slot);
      slot = parent;
    }
    place(item, slot);
    return slot;
  }

  function sink(item: T, from: number): void {
    let slot = from;
    for (;;) {
      let child = 2 * slot + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && comesFirst(heap[child + 1]!, heap[child]!)) child++;
      if (!comesFirst(heap[child]!, item)) break;
      place(heap[child]!, slot);
      slot = child;
    }
    place(item, slot);
  }

  function remove(item: T): void {
    const { slot } = item;
    if (slot < 0) return;
    item.slot = -1;
    const last = heap.pop()!;
    if (last === item) return;
    if (rise(last, slot) === slot) sink(last, slot);
  }

  return {
    schedule(item, due) {
      // The heap orders by `due`, so an item leaves before its moment changes.
      remove(item);
      item.due = due;
      if (due === Number.POSITIVE_INFINITY) return;
      heap.push(item);
      rise(item, heap.length - 1);
    },
    take(now) {
      const first = heap[0];
      if (first === undefined || first.due > now) return undefined;
      remove(first);
      return first;
    },
    size: () => heap.length,
  };
}
