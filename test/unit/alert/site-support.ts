import type { Alert } from "../../../gateway/alert/contract.ts";
import { foldChange } from "../../../gateway/alert/fold.ts";
import { createPhases } from "../../../gateway/alert/phases.ts";
import { createQuiet } from "../../../gateway/alert/quiet.ts";
import { type QuietSettings, quietSettings } from "../../../gateway/alert/settings.ts";
import { createMetrics } from "../../../gateway/metrics.ts";
import type { Change, KnownDevice, Presence } from "../../../gateway/types.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { aDevice, countingIds, offlineRule } from "./makers.ts";

const second = 1_000;

/** A site on a clock that only the test moves: its devices, their alerts, and what people were told. */
export function aSite(settings: Partial<QuietSettings> = {}, clock = createFakeClock()) {
  const phases = createPhases();
  // Without jitter, so that a test can say when.
  const own = quietSettings.parse({ jitterRatio: 0, ...settings });
  const parts = { phases, clock, newId: countingIds(), metrics: createMetrics(), log: { error() {} } };
  const quiet = createQuiet({ ...parts, settings: own });
  const devices = new Map<string, KnownDevice>();
  const alerts = new Map<string, Alert>();
  const heardAt = new Map<string, number>();
  let changes: Change[] = [];

  function take(happenings: readonly (Change | Presence)[]): void {
    for (const one of happenings) {
      if (!("step" in one)) continue;
      changes.push(one);
      const alert = foldChange(alerts.get(one.alert), one);
      if (alert !== undefined) alerts.set(one.alert, alert);
    }
  }

  const site = {
    ...{ clock, quiet, phases, devices },
    /** Registers devices, or registers them anew. */
    add(ids: readonly string[], more: Partial<KnownDevice> = {}, rules = [offlineRule]) {
      for (const id of ids) {
        const known = aDevice(rules, { id, ...more });
        devices.set(id, known);
        quiet.watch(known);
      }
    },
    talk(...ids: readonly string[]) {
      for (const id of ids) {
        heardAt.set(id, clock.now());
        take(quiet.heard(devices.get(id)!, clock.now()));
      }
    },
    tell(id: string, reason: Presence["reason"]) {
      const known = devices.get(id)!;
      const online = reason === "connected";
      take(quiet.presence(known, { device: known.device, online, at: clock.now(), reason }));
    },
    /** Lets time pass in the steps of the gateway's own look; those named talk every 30 s. */
    wait(ms: number, ...talking: readonly string[]) {
      const end = clock.now() + ms;
      for (let i = 0; clock.now() < end; i++) {
        if (i % 30 === 0) site.talk(...talking);
        clock.advance(Math.min(second, end - clock.now()));
        take(quiet.due(clock.now()));
      }
    },
    /** What happened since the last time, as `raised child under parent`; without `under` it is told. */
    said(): string[] {
      const said = changes.map(({ step, device, reason, under }) => {
        const words = [
          step,
          nameOf(device),
          step === "raised" ? reason : undefined,
          under && `under ${nameOf(under)}`,
        ];
        return words.filter((word) => word !== undefined).join(" ");
      });
      changes = [];
      return said;
    },
    told: () => site.said().filter((one) => !one.includes("under")),
    standing: () => [...alerts.values()].filter(({ state }) => state === "raised"),
    of: (id: string) => site.standing().find(({ device }) => nameOf(device) === id),
    /** A new gateway on the same devices, whose clock went on. */
    restart() {
      const next = aSite(settings, clock);
      for (const known of devices.values()) {
        next.devices.set(known.id, known);
        const isQuiet = site.of(known.id) !== undefined && site.of(known.id)?.reason !== "children";
        next.quiet.watch(known, { lastAt: heardAt.get(known.id) ?? 0, online: !isQuiet });
      }
      for (const alert of site.standing()) {
        next.adopt(alert);
      }
      next.quiet.restore(site.standing());
      return next;
    },
    adopt(alert: Alert) {
      alerts.set(alert.id, alert);
      const { device, rule, severity, simulated, raisedAt: since } = alert;
      phases.add({
        ...{ device, rule, severity, simulated, since, alert: alert.id, state: "raised" },
        ...{ values: undefined, due: Number.POSITIVE_INFINITY },
      });
    },
  };
  quiet.due(clock.now());
  return site;
}

function nameOf(device: string): string {
  return device.split("/")[2]!;
}

/** Ids of so many devices: d00, d01 … */
export function names(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `d${String(i).padStart(2, "0")}`);
}
