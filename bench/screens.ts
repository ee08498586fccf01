import { effect } from "vue";
import { createStore, type LiveEvent } from "../dashboards/web/live/store.ts";
import type { SnapshotDevice } from "../gateway/api/contract.ts";

// What the live store of a screen costs: 10,000 devices, 1,000 changes a second, 10 s in frames of 1/60 s, while a list of
// 40 devices, every tally and the open alerts are shown. A frame at 60 Hz has 16.7 ms for everything.
const deviceCount = 10_000;
const changesPerSecond = 1000;
const seconds = 10;
const framesPerSecond = 60;
const kinds = ["a", "b", "c", "d", "e", "f", "g", "h"];

const start = Date.parse("2026-01-15T08:00:00Z");
const store = createStore({
  ...{ device() {}, alert() {}, incident() {}, restOfDevices() {}, restOfAlerts() {} },
  rule: () => ({ title: { zh: "满", en: "full" }, advice: null }),
  unit: () => "ratio",
});
const devices = Array.from({ length: deviceCount }, (_, index) => aDevice(index));

const filled = measure(() => {
  store.apply([
    {
      ...{ type: "snapshot", isDurable: true },
      data: {
        ...{ sequence: 1, at: iso(0), reset: null, sites: [], dutyChecks: null, mutes: null },
        ...{
          devices: { items: devices, complete: true },
          alerts: { items: [], complete: true },
          incidents: [],
        },
      },
    },
  ]);
});

let runs = 0;
for (const { device } of devices.slice(0, 40)) {
  effect(() => {
    void store.devices.get(device)?.values;
    runs++;
  });
}
for (const tally of store.tallies.all.value) {
  effect(() => {
    void tally.value;
    runs++;
  });
}
effect(() => {
  void store.alerts.value;
  runs++;
});

const frames = Array.from({ length: seconds * framesPerSecond }, (_, frame) => {
  const from = Math.floor((frame * changesPerSecond) / framesPerSecond);
  const to = Math.floor(((frame + 1) * changesPerSecond) / framesPerSecond);
  const events = Array.from({ length: to - from }, (_, index) => anEvent(from + index));
  return measure(() => store.apply(events));
}).toSorted((a, b) => a - b);

const total = frames.reduce((sum, ms) => sum + ms, 0);
process.stdout.write(
  [
    `snapshot of ${deviceCount} devices    ${filled.toFixed(1)} ms`,
    `${seconds * changesPerSecond} changes in ${frames.length} frames  ${total.toFixed(1)} ms in all, ${((total / seconds / 1000) * 100).toFixed(2)} % of the time`,
    `a frame               p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, longest ${at(1)} ms of 16.7 ms`,
    `parts told of changes ${runs}`,
    "",
  ].join("\n"),
);

function at(part: number): string {
  return (frames[Math.min(Math.floor(part * frames.length), frames.length - 1)] as number).toFixed(3);
}

function measure(run: () => void): number {
  const from = performance.now();
  run();
  return performance.now() - from;
}

function iso(seconds: number): string {
  return new Date(start + seconds * 1000).toISOString();
}

function placeOf(index: number): { device: string; site: string; kind: string; id: string } {
  const [site, kind, id] = ["xinfa", kinds[index % kinds.length] as string, `d-${index}`];
  return { device: `${site}/${kind}/${id}`, site, kind, id };
}

function aDevice(index: number): SnapshotDevice {
  const value = (given: number | boolean) =>
    ({ value: given, unit: null, ts: iso(0), at: iso(0), quality: "good" }) as const;
  return {
    ...placeOf(index),
    ...{
      name: `device ${index}`,
      building: `${index % 50}号楼`,
      floor: null,
      presence: "online",
      lastAt: iso(0),
    },
    values: { fill: value(0.5), open: value(false), temperature: value(20), battery: value(90) },
  };
}

/** Nine in ten are readings; the rest are devices that come and go, and alerts. */
function anEvent(count: number): LiveEvent {
  const index = (count * 7919) % deviceCount;
  const { id: _, ...place } = placeOf(index);
  const when = iso(count / changesPerSecond);
  if (count % 20 === 7) {
    const data = { ...place, online: count % 40 === 7, at: when, reason: "message" } as const;
    return { type: "presence", isDurable: true, data };
  }
  if (count % 20 === 13) {
    const step = count % 40 === 13 ? "raised" : "cleared";
    const alert = `alert-${Math.floor(count / 40)}`;
    const facts = { rule: "full", severity: "minor", at: when, simulated: false, drill: null } as const;
    return {
      type: "alert",
      isDurable: true,
      data: { ...place, ...facts, change: `c-${count}`, alert, step },
    };
  }
  const values = { fill: (count % 100) / 100, open: count % 2 === 0, temperature: count % 40 };
  const data = { ...place, stream: "telemetry", quality: "good", at: when, ts: when, values } as const;
  return { type: "reading", isDurable: true, data };
}
