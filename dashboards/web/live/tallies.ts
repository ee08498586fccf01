import { type ShallowRef, shallowRef, triggerRef } from "vue";
import { type LiveAlert, type LiveDevice, type Presence, type Severity, severities } from "./entities.ts";

/** Counts of one field over the devices of a kind at a site. */
export interface FieldTally {
  /** Devices that have a value. */
  count: number;
  /** Of numbers. */
  sum: number;
  /** Of flags. */
  trues: number;
}

/** Counts of a kind at a site, kept by each change instead of by walking over all devices. */
export interface Tally {
  readonly site: string;
  readonly kind: string;
  total: number;
  readonly presence: Record<Presence, number>;
  /** Devices that talk and have no open alert. */
  inOrder: number;
  /** Open alerts by severity. */
  readonly alerts: Record<Severity, number>;
  readonly fields: Map<string, FieldTally>;
}

/** The tallies of everything that is shown. */
export interface Tallies {
  /** Every tally; changes when a kind or site comes or goes. */
  readonly all: ShallowRef<readonly ShallowRef<Tally>[]>;
  add(device: LiveDevice): void;
  remove(device: LiveDevice): void;
  presence(device: LiveDevice, before: Presence): void;
  /** The open alerts of a device changed; `before` are those that it had. */
  alerts(device: LiveDevice, before: LiveDevice["alerts"]): void;
  value(device: LiveDevice, field: string, before: unknown, after: unknown): void;
  /** `by` is 1 when an alert opens and -1 when it ends. */
  alert(alert: Pick<LiveAlert, "site" | "kind" | "severity">, by: 1 | -1): void;
  clear(): void;
  /** Tells those that show them; once for each batch. */
  flush(): void;
}

/** Makes empty tallies. */
export function createTallies(): Tallies {
  const byKey = new Map<string, ShallowRef<Tally>>();
  const all = shallowRef<readonly ShallowRef<Tally>[]>([]);
  const touched = new Set<ShallowRef<Tally>>();
  let isNew = false;

  function tallyOf(site: string, kind: string): Tally {
    const key = `${site}/${kind}`;
    let found = byKey.get(key);
    if (found === undefined) {
      found = shallowRef(emptyTally(site, kind));
      byKey.set(key, found);
      isNew = true;
    }
    touched.add(found);
    return found.value;
  }

  function count(tally: Tally, field: string, value: unknown, by: 1 | -1): void {
    if (value === undefined) return;
    let found = tally.fields.get(field);
    if (found === undefined) {
      found = { count: 0, sum: 0, trues: 0 };
      tally.fields.set(field, found);
    }
    found.count += by;
    if (typeof value === "number") found.sum += by * value;
    if (value === true) found.trues += by;
  }

  return {
    all,
    add(device) {
      const tally = tallyOf(device.site, device.kind);
      tally.total++;
      tally.presence[device.presence]++;
      if (isInOrder(device)) tally.inOrder++;
      for (const field in device.values) count(tally, field, device.values[field]?.value, 1);
    },
    remove(device) {
      const tally = tallyOf(device.site, device.kind);
      tally.total--;
      tally.presence[device.presence]--;
      for (const field in device.values) count(tally, field, device.values[field]?.value, -1);
    },
    presence(device, before) {
      const tally = tallyOf(device.site, device.kind);
      tally.presence[before]--;
      tally.presence[device.presence]++;
      tally.inOrder += Number(isInOrder(device)) - Number(isInOrder({ ...device, presence: before }));
    },
    alerts(device, before) {
      const by = Number(isInOrder(device)) - Number(isInOrder({ ...device, alerts: before }));
      if (by !== 0) tallyOf(device.site, device.kind).inOrder += by;
    },
    value(device, field, before, after) {
      if (before === after) return;
      const tally = tallyOf(device.site, device.kind);
      count(tally, field, before, -1);
      count(tally, field, after, 1);
    },
    alert({ site, kind, severity }, by) {
      tallyOf(site, kind).alerts[severity] += by;
    },
    clear() {
      byKey.clear();
      touched.clear();
      isNew = true;
    },
    flush() {
      if (isNew) all.value = [...byKey.values()];
      isNew = false;
      for (const tally of touched) triggerRef(tally);
      touched.clear();
    },
  };
}

function emptyTally(site: string, kind: string): Tally {
  const alerts = Object.fromEntries(severities.map((severity) => [severity, 0])) as Record<Severity, number>;
  const presence = { online: 0, offline: 0, unknown: 0 };
  return { site, kind, total: 0, presence, inOrder: 0, alerts, fields: new Map() };
}

function isInOrder({ presence, alerts }: Pick<LiveDevice, "presence" | "alerts">): boolean {
  return presence === "online" && alerts.length === 0;
}
