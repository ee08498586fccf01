import { computed, onScopeDispose, type Ref, shallowRef, toRaw } from "vue";
import { catalogue } from "../../api/catalogue.ts";
import { pick } from "../../i18n/language.ts";
import type { LiveDevice } from "../../live/entities.ts";
import { useLive } from "../../live/live.ts";
import type { Order } from "../../ui/column.ts";
import { urgencyOf, useAlertsByDevice } from "./alert-index.ts";
import { type DeviceFilter, matcherOf } from "./filter.ts";

/** One line of the list: the living device for its cells, and what it was ordered by when the list was made. */
export interface DeviceRow {
  readonly device: LiveDevice;
  readonly name: string;
  readonly kind: string;
  readonly place: string;
  readonly urgency: number;
  readonly lastAt: number;
  /** By field: what it was when the list was made. */
  readonly values: LiveDevice["values"];
}

/** Pause between two looks at all devices, ms: lines that jump more often cannot be read, and ten thousand cannot be looked at each frame. */
const lookEveryMs = 1000;
/** Columns whose order does not move with each message. */
const still: ReadonlySet<string | undefined> = new Set(["name", "kind", "place"]);

/**
 * The devices that fit. Cells follow the live devices by themselves; which lines there are and how they stand is looked at once a
 * second, without Vue keeping a dependency on each of ten thousand devices.
 */
export function useDeviceRows(about: {
  readonly filter: Readonly<Ref<DeviceFilter>>;
  readonly site: Readonly<Ref<string | undefined>>;
  readonly order: Readonly<Ref<Order | undefined>>;
}) {
  const { devices, membership } = useLive();
  const { worstOf } = useAlertsByDevice();
  const beat = shallowRef(0);
  const timer = setInterval(() => {
    beat.value++;
  }, lookEveryMs);
  onScopeDispose(() => clearInterval(timer));

  const rows = computed<readonly DeviceRow[]>((before) => {
    void membership.value;
    void beat.value;
    const isFitting = matcherOf<LiveDevice>(about.filter.value, { site: about.site.value, worstOf });
    const titles = new Map([...catalogue.value].map(([name, kind]) => [name, pick(kind.title)]));
    const fresh: DeviceRow[] = [];
    for (const device of devices.values()) {
      const raw = toRaw(device);
      if (!isFitting(raw)) continue;
      fresh.push({
        device,
        name: raw.name,
        kind: titles.get(raw.kind) ?? raw.kind,
        place: placeOf(raw),
        urgency: urgencyOf(worstOf(raw), raw.presence),
        lastAt: raw.lastAt ?? 0,
        values: raw.values,
      });
    }
    return before !== undefined && still.has(about.order.value?.column) && isSame(before, fresh)
      ? before
      : fresh;
  });
  return { rows };
}

/** Where a device is, in words. */
export function placeOf({ building, floor }: Pick<LiveDevice, "building" | "floor">): string {
  return [building, floor].filter((part) => part !== null).join(" · ");
}

function isSame(before: readonly DeviceRow[], after: readonly DeviceRow[]): boolean {
  return (
    before.length === after.length &&
    before.every((row, index) => {
      const other = after[index] as DeviceRow;
      return (
        row.device === other.device &&
        row.name === other.name &&
        row.kind === other.kind &&
        row.place === other.place
      );
    })
  );
}
