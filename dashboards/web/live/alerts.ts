import { shallowRef } from "vue";
import type { AlertEvent } from "../../../gateway/api/contract.ts";
import { type LiveAlert, type LiveDevice, severities } from "./entities.ts";
import { createSeen } from "./seen.ts";
import type { StoreQuestions } from "./store.ts";
import type { Tallies } from "./tallies.ts";

/** The open alerts, kept by the steps of the stream. */
export function createAlerts({
  ask,
  tallies,
  devices,
}: {
  ask: Pick<StoreQuestions, "alert" | "rule">;
  tallies: Pick<Tallies, "alert" | "alerts">;
  devices: ReadonlyMap<string, LiveDevice>;
}) {
  const byId = new Map<string, LiveAlert>();
  const byDevice = new Map<string, readonly string[]>();
  const open = shallowRef<readonly LiveAlert[]>([]);
  const seen = createSeen();
  let over = createSeen();
  let isDirty = false;

  function set(alert: LiveAlert): void {
    const before = byId.get(alert.id);
    if (before === undefined) mark(alert.device, [...of(alert.device), alert.id]);
    if (before?.severity !== alert.severity) {
      if (before !== undefined) tallies.alert(before, -1);
      tallies.alert(alert, 1);
    }
    byId.set(alert.id, alert);
    isDirty = true;
  }

  function remove(id: string): void {
    const alert = byId.get(id);
    if (alert === undefined) return;
    byId.delete(id);
    tallies.alert(alert, -1);
    mark(
      alert.device,
      of(alert.device).filter((other) => other !== id),
    );
    isDirty = true;
  }

  function of(device: string): readonly string[] {
    return byDevice.get(device) ?? [];
  }

  function mark(name: string, ids: readonly string[]): void {
    if (ids.length === 0) byDevice.delete(name);
    else byDevice.set(name, ids);
    const device = devices.get(name);
    if (device === undefined) return;
    const before = device.alerts;
    device.alerts = ids;
    tallies.alerts(device, before);
  }

  function raised(event: AlertEvent, isDurable: boolean): void {
    if (byId.has(event.alert)) return;
    const device = devices.get(event.device);
    const words = ask.rule(event.kind, event.rule);
    set({
      ...{ id: event.alert, device: event.device, site: event.site, kind: event.kind, rule: event.rule },
      ...{
        deviceName: device?.name ?? null,
        building: device?.building ?? null,
        floor: device?.floor ?? null,
      },
      ...{ title: words?.title ?? { zh: event.rule, en: event.rule }, advice: words?.advice ?? null },
      ...{ severity: event.severity, state: "raised", raisedAt: event.at, clearedAt: null },
      ...{ acknowledgedAt: null, acknowledgedBy: null, assignee: null, resolvedBy: null, comments: [] },
      ...{ values: event.values ?? {}, reason: event.reason ?? null, simulated: event.simulated },
      ...{ during: event.during ?? null, muted: event.muted === true, under: event.under ?? null },
      ...{ affects: event.affects ?? null, drill: event.drill },
    });
    // The gateway's own alerts, and devices that this screen does not hold, have their words only in the API.
    if (isDurable && (words === undefined || device === undefined)) ask.alert(event.alert);
  }

  function change(event: AlertEvent): void {
    const alert = byId.get(event.alert);
    if (alert === undefined) return;
    const { step, at, by = "", comment } = event;
    // Told now after all, because it still holds.
    const reminded = step === "reminded" ? { muted: false, under: null } : {};
    const comments = comment === undefined ? alert.comments : [...alert.comments, { at, by, text: comment }];
    const answered = step === "acknowledged" ? { acknowledgedAt: at, acknowledgedBy: by } : {};
    const assigned = step === "assigned" ? { assignee: event.assignee ?? null } : {};
    set({ ...alert, ...answered, ...assigned, ...reminded, comments });
  }

  return {
    open,
    of,
    take(alert: LiveAlert): void {
      // An answer that was on its way when it ended must not bring it back.
      if (alert.state === "raised" && !over.has(alert.id)) set(alert);
      else remove(alert.id);
    },
    apply(event: AlertEvent, isDurable: boolean): void {
      const isNew = seen.isNew(event.change);
      if (event.step === "raised") {
        if (isNew) raised(event, isDurable);
        else if (isDurable && byId.get(event.alert)?.title.zh === event.rule) ask.alert(event.alert);
      } else if (!isNew) return;
      else if (event.step === "cleared" || event.step === "resolved") {
        over.isNew(event.alert);
        remove(event.alert);
      } else change(event);
    },
    clear(): void {
      over = createSeen();
      byId.clear();
      byDevice.clear();
      isDirty = true;
    },
    flush(): void {
      if (!isDirty) return;
      isDirty = false;
      open.value = [...byId.values()].sort(byUrgency);
    },
  };
}

/** Worst first, then newest first. */
export function byUrgency(
  a: Pick<LiveAlert, "severity" | "raisedAt">,
  b: Pick<LiveAlert, "severity" | "raisedAt">,
): number {
  const rank = severities.indexOf(a.severity) - severities.indexOf(b.severity);
  return rank !== 0 ? rank : a.raisedAt < b.raisedAt ? 1 : a.raisedAt > b.raisedAt ? -1 : 0;
}
