import type { Notification, Recipient, Urgency } from "./contract.ts";

/** A notification on its way to one target or person. */
export interface Entry {
  readonly notification: Notification;
  readonly recipient: Recipient | undefined;
  attempts: number;
  /** Not before, epoch ms. */
  nextAt: number;
}

/** What waits for one target, in the order in which it came; fires and the others apart. */
export interface Queue {
  add(entry: Entry): void;
  remove(entry: Entry): void;
  /** The first that may go now. */
  first(now: number, fires: boolean): Entry | undefined;
  /** Those that may go now for the same people as one of them, itself among them, at most so many. */
  alike(entry: Entry, now: number, most: number): Entry[];
  /** When the next may go, epoch ms; Infinity when nothing waits. */
  nextAt(now: number, fires: boolean): number;
  /** The oldest that is below critical. */
  oldestNormal(): Entry | undefined;
  all(): Entry[];
  size(): number;
}

/** Makes an empty queue. */
export function createQueue(): Queue {
  const sets: Readonly<Record<Urgency, Set<Entry>>> = {
    fire: new Set(),
    critical: new Set(),
    normal: new Set(),
  };
  const setsOf = (fires: boolean) => (fires ? [sets.fire] : [sets.critical, sets.normal]);

  return {
    add: (entry) => void sets[entry.notification.urgency].add(entry),
    remove: (entry) => void sets[entry.notification.urgency].delete(entry),
    first(now, fires) {
      for (const set of setsOf(fires)) for (const entry of set) if (entry.nextAt <= now) return entry;
      return undefined;
    },
    alike(entry, now, most) {
      const found: Entry[] = [];
      for (const set of setsOf(entry.notification.urgency === "fire")) {
        for (const other of set) {
          if (other.nextAt <= now && goesWith(entry, other)) found.push(other);
          if (found.length >= most) return found;
        }
      }
      return found;
    },
    nextAt(now, fires) {
      let next = Number.POSITIVE_INFINITY;
      for (const set of setsOf(fires)) {
        for (const { nextAt } of set) {
          if (nextAt <= now) return nextAt;
          next = Math.min(next, nextAt);
        }
      }
      return next;
    },
    oldestNormal: () => sets.normal.values().next().value,
    all: () => [...sets.fire, ...sets.critical, ...sets.normal],
    size: () => sets.fire.size + sets.critical.size + sets.normal.size,
  };
}

/** One summary may stand for both: it is for the same people, and no drill stands among what is real. */
function goesWith(one: Entry, other: Entry): boolean {
  return (
    one.recipient?.contact === other.recipient?.contact && one.notification.drill === other.notification.drill
  );
}
