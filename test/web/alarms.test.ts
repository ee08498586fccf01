import { describe, expect, test } from "vitest";
import {
  aDevice,
  anAlert,
  anAlertStep,
  anIncident,
  anIncidentStep,
  aSnapshot,
  aStore,
  at,
} from "./live-support.ts";

describe("alerts", () => {
  test("an urgent one shows at once, and the same step made durable changes nothing", () => {
    const { store, asked } = aStore();
    store.apply([aSnapshot([aDevice("1")])]);
    const raised = { change: "c1", severity: "critical" as const };
    store.apply([anAlertStep(raised, false)]);
    expect(store.alerts.value).toMatchObject([{ id: "a1", deviceName: "bin 1", title: { zh: "满" } }]);
    store.apply([anAlertStep(raised)]);
    expect(store.alerts.value).toHaveLength(1);
    expect(store.tallies.all.value[0]!.value.alerts.critical).toBe(1);
    expect(asked).toEqual([]);
  });

  test("one whose words only the API has is read there once it is durable", () => {
    const { store, asked } = aStore();
    store.apply([aSnapshot([])]);
    const own = { change: "c1", device: "xinfa/gateway/self", kind: "gateway", rule: "disk-low" };
    store.apply([anAlertStep(own, false)]);
    expect(asked).toEqual([]);
    store.apply([anAlertStep(own)]);
    expect(asked).toEqual(["alert a1"]);
    store.takeAlerts([anAlert({ ...own, id: "a1", title: { zh: "磁盘将满", en: "Disk low" } })]);
    expect(store.alerts.value[0]!.title.en).toBe("Disk low");
  });

  test("are in order of urgency, then newest first; answered, commented and ended by their steps", () => {
    const { store } = aStore();
    store.apply([
      aSnapshot([aDevice("1")]),
      anAlertStep({ change: "c1", alert: "old", at: at(1) }),
      anAlertStep({ change: "c2", alert: "new", at: at(2) }),
      anAlertStep({ change: "c3", alert: "fire", severity: "critical", at: at(0) }),
      anAlertStep({ change: "c4", alert: "old", step: "acknowledged", by: "王", at: at(3) }),
      anAlertStep({ change: "c5", alert: "old", step: "commented", by: "王", comment: "去看看", at: at(4) }),
    ]);
    expect(store.alerts.value.map(({ id }) => id)).toEqual(["fire", "new", "old"]);
    expect(store.alerts.value[2]).toMatchObject({ acknowledgedBy: "王", comments: [{ text: "去看看" }] });
    store.apply([anAlertStep({ change: "c8", alert: "old", step: "assigned", by: "王", assignee: "李" })]);
    expect(store.alerts.value[2]).toMatchObject({ assignee: "李", acknowledgedBy: "王" });
    store.apply([anAlertStep({ change: "c9", alert: "old", step: "assigned", by: "王", assignee: null })]);
    expect(store.alerts.value[2]?.assignee).toBeNull();
    store.apply([
      anAlertStep({ change: "c6", alert: "new", step: "cleared" }),
      anAlertStep({ change: "c7", alert: "fire", step: "resolved" }),
    ]);
    expect(store.alerts.value.map(({ id }) => id)).toEqual(["old"]);
    expect(store.devices.get("xinfa/bin/1")!.alerts).toEqual(["old"]);
  });

  test("one that has ended is not brought back by an answer that was on its way", () => {
    const { store } = aStore();
    store.apply([aSnapshot([aDevice("1")]), anAlertStep({ change: "c1" })]);
    store.apply([anAlertStep({ change: "c2", step: "cleared" })]);
    store.takeAlerts([anAlert()]);
    expect(store.alerts.value).toEqual([]);
  });

  test("one that was held back is told again without its mute", () => {
    const { store } = aStore();
    store.apply([
      aSnapshot([aDevice("1")]),
      anAlertStep({ change: "c1", muted: true, under: "xinfa/bin/9" }),
    ]);
    expect(store.alerts.value[0]).toMatchObject({ muted: true, under: "xinfa/bin/9" });
    store.apply([anAlertStep({ change: "c2", step: "reminded" })]);
    expect(store.alerts.value[0]).toMatchObject({ muted: false, under: null });
  });
});

describe("incidents", () => {
  test("one shows with what its first step says, and is read whole when it is durable", () => {
    const { store, asked } = aStore();
    store.apply([aSnapshot([aDevice("1")])]);
    const detected = {
      ...{ change: "s1", device: "xinfa/bin/1", kind: "bin", alert: "a1", rule: "burning" },
      ...{ building: "3号楼", marks: { acknowledge: at(60), arrive: at(180), control: at(600) } },
    };
    store.apply([anIncidentStep(detected, false)]);
    expect(store.incidents.value).toMatchObject([
      { siteName: "新发小区", building: "3号楼", state: "detected", alarms: [{ deviceName: "bin 1" }] },
    ]);
    expect(asked).toEqual([]);
    store.apply([anIncidentStep(detected)]);
    expect(store.incidents.value).toHaveLength(1);
    expect(asked).toEqual(["incident i1"]);
    store.takeIncident(anIncident({ state: "acknowledged" }));
    expect(store.incidents.value[0]!.state).toBe("acknowledged");
  });

  test("moves on by each step, and leaves the screen when it is over", () => {
    const { store } = aStore();
    store.apply([aSnapshot([], { incidents: [anIncident()] })]);
    store.apply([
      anIncidentStep({ change: "s2", step: "escalated", mark: "acknowledge" }, false),
      anIncidentStep({ change: "s3", step: "acknowledged", by: "王队长", at: at(70) }, false),
      anIncidentStep({ change: "s3", step: "acknowledged", by: "王队长", at: at(70) }),
    ]);
    expect(store.incidents.value[0]).toMatchObject({
      ...{ state: "acknowledged", escalated: ["acknowledge"] },
      times: { acknowledged: { at: at(70), by: "王队长" } },
    });
    store.apply([anIncidentStep({ change: "s4", step: "closed" }, false)]);
    expect(store.incidents.value).toEqual([]);
    // Answers that were on their way must not bring it back.
    store.takeIncident(anIncident({ state: "closed" }));
    store.takeIncident(anIncident({ state: "acknowledged" }));
    expect(store.incidents.value).toEqual([]);
  });

  test("an older answer takes no step back, and what a snapshot shows is open again", () => {
    const { store } = aStore();
    store.apply([aSnapshot([], { incidents: [anIncident()] })]);
    store.apply([anIncidentStep({ change: "s1", step: "dispatched", by: "王队长", at: at(90) }, false)]);
    store.takeIncident(anIncident({ state: "detected" }));
    expect(store.incidents.value[0]?.state).toBe("dispatched");
    store.takeIncident(anIncident({ state: "dispatched", building: "7号楼" }));
    expect(store.incidents.value[0]?.building).toBe("7号楼");
    store.apply([anIncidentStep({ change: "s2", step: "closed" }, false)]);
    store.apply([aSnapshot([], { incidents: [anIncident({ state: "dispatched" })] })]);
    store.takeIncident(anIncident({ state: "arrived" }));
    expect(store.incidents.value[0]?.state).toBe("arrived");
  });
});
