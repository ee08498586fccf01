import { expect, test } from "vitest";
import type { Incident } from "../../../gateway/alert/contract.ts";
import { createMetrics } from "../../../gateway/metrics.ts";
import type { Drill, DrillDelivery } from "../../../gateway/trial/contract.ts";
import { openDrillTable } from "../../../gateway/trial/drill-table.ts";
import { createDrills } from "../../../gateway/trial/drills.ts";
import { createSightings } from "../../../gateway/trial/mark.ts";
import type { IncidentStep } from "../../../gateway/types.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { aDatabase, aFolder, aLog } from "../state/support.ts";

/** Drills on a real database; the path is the test. */
function someDrills({
  directory = aFolder(),
  incidents = new Map<string, Incident>(),
  keepDrills = 100,
} = {}) {
  const clock = createFakeClock();
  const database = aDatabase(directory);
  const sightings = createSightings();
  const log = aLog();
  const cleared: string[] = [];
  const sent: DrillDelivery[] = [];
  let publish: (drill: Drill) => Promise<void> = async () => {};
  let ids = 0;
  const drills = createDrills({
    ...{ table: openDrillTable(database, { keepDrills }), sightings, clock, log, metrics: createMetrics() },
    newId: () => `d-${clock.now()}-${++ids}`,
    publish: (drill) => publish(drill),
    clear: ({ id }) => cleared.push(id),
    incidents: { find: (id) => incidents.get(id), open: () => [...incidents.values()] },
    async endIncident({ incident, note }) {
      const drill = incidents.get(incident)?.drill;
      drills.committed(aStep({ incident, step: "closed", at: clock.now(), drill, note }));
    },
    deliveries: () => sent,
    settings: { drillMs: 1_800_000 },
  });
  return {
    ...{ drills, clock, database, cleared, incidents, log, sent },
    publishAs(run: typeof publish) {
      publish = run;
    },
    /** The path has made an incident of a drill. */
    detected(drill: string, screens = 1) {
      const incident = `i-${drill}`;
      incidents.set(incident, anIncident({ id: incident, drill, detectedAt: clock.now() }));
      sightings.saw({ drill }, "judged");
      drills.shown(aStep({ incident, step: "detected", at: clock.now(), drill }), screens);
      return incident;
    },
    restart() {
      drills.tick();
      database.close();
      return someDrills({ directory, incidents, keepDrills });
    },
  };
}

function aStep(step: Partial<Omit<IncidentStep, "drill">> & { drill?: string | undefined }): IncidentStep {
  return { id: "s-1", site: "elm", ...step } as IncidentStep;
}

function anIncident(more: Partial<Incident>): Incident {
  return {
    site: "elm",
    state: "detected",
    times: {},
    alarms: [],
    escalated: [],
    ...more,
  } as unknown as Incident;
}

const order = { site: "elm", building: "7", by: "李经理" };

test("one drill is open at a site at a time, and other sites drill meanwhile", () => {
  const { drills } = someDrills();
  const { drill } = drills.start(order);
  expect(() => drills.start(order)).toThrow(expect.objectContaining({ code: "conflict" }));
  drills.start({ site: "oak", by: "李经理" });
  expect(drills.placeOf("elm")).toEqual({ building: "7" });
  expect(drills.placeOf("oak")).toEqual({ building: undefined });
  expect(drills.report(drill.id)?.drill.by).toBe("李经理");
});

test("one that does not get through has ended, and says why", async () => {
  const { drills, publishAs, cleared } = someDrills();
  publishAs(() => Promise.reject(new Error("no CONNACK")));
  const { drill } = drills.start(order);
  await expect.poll(() => drills.report(drill.id)?.drill.end).toBe("failed");
  expect(drills.report(drill.id)?.drill.fault).toBe("no CONNACK");
  expect(cleared).toEqual([drill.id]);
  drills.start(order);
});

test("one that people have seen goes on, even when its PUBACK never comes", async () => {
  const { drills, publishAs, detected } = someDrills();
  const lost = Promise.withResolvers<void>();
  publishAs(() => lost.promise);
  const { drill } = drills.start(order);
  detected(drill.id);
  lost.reject(new Error("no PUBACK"));
  await lost.promise.catch(() => {});
  expect(drills.report(drill.id)?.drill).toMatchObject({ end: undefined, incident: `i-${drill.id}` });
});

test("whether people were notified counts where somebody can be, and by the first whom it reached", () => {
  const { drills, detected, sent, clock } = someDrills();
  const { drill } = drills.start(order);
  detected(drill.id, 0);
  const at = (stage: string) => drills.report(drill.id)?.steps.find((step) => step.stage === stage);
  expect(at("notified")).toBeUndefined();
  expect(at("screens")).toMatchObject({ at: undefined });
  sent.push({ target: "wecom", state: "failed", at: clock.now() + 1 });
  expect(at("notified")).toMatchObject({ at: undefined });
  sent.push({ target: "sms", contact: "王队长", state: "sent", at: clock.now() + 9 });
  sent.push({ target: "webhook", state: "sent", at: clock.now() + 5 });
  expect(at("notified")).toMatchObject({ at: clock.now() + 5 });
});

test("ended by somebody or by time, no step of the crew is made up", async () => {
  const { drills, detected, clock, cleared } = someDrills();
  const { drill: asked } = drills.start(order);
  detected(asked.id);
  const { drill, steps } = await drills.end(asked.id, "李经理");
  expect(drill).toMatchObject({ end: "asked", endedBy: "李经理" });
  expect(steps.filter(({ stage }) => stage === "acknowledged" || stage === "closed")).toEqual([
    ...[{ stage: "acknowledged" }, { stage: "closed" }],
  ]);
  await expect(drills.end(asked.id, "李经理")).rejects.toMatchObject({ code: "conflict" });
  await expect(drills.end("none", "李经理")).rejects.toMatchObject({ code: "not-found" });
  const { drill: late } = drills.start(order);
  detected(late.id);
  clock.advance(1_799_999);
  drills.tick();
  expect(drills.report(late.id)?.drill.end).toBeUndefined();
  clock.advance(1);
  drills.tick();
  expect(drills.report(late.id)?.drill).toMatchObject({ end: "time", endedBy: undefined });
  expect(cleared).toEqual([asked.id, late.id]);
});

test("after a start it takes up what was open, as far as the journal knows it", () => {
  const before = someDrills();
  const { drill: going } = before.drills.start({ site: "elm", by: "x" });
  before.detected(going.id);
  const { drill: closed } = before.drills.start({ site: "oak", by: "x" });
  const incident = before.detected(closed.id);
  const { drill: never } = before.drills.start({ site: "ash", by: "x" });
  const { drill: unlinked } = before.drills.start({ site: "fir", by: "x" });
  const { drills, incidents, cleared } = before.restart();
  const times = { closed: { at: 5, by: "王队长" } };
  incidents.set(incident, anIncident({ id: incident, drill: closed.id, state: "closed", times }));
  incidents.set("i-fir", anIncident({ id: "i-fir", drill: unlinked.id, detectedAt: 7 }));
  drills.resume();
  const of = (id: string) => drills.report(id)?.drill;
  expect(of(going.id)).toMatchObject({ end: undefined, incident: `i-${going.id}` });
  expect(of(closed.id)).toMatchObject({ end: "crew", endedAt: 5, endedBy: "王队长" });
  expect(of(never.id)).toMatchObject({
    end: "failed",
    fault: expect.stringContaining("before the alarm was on disk"),
  });
  expect(of(unlinked.id)).toMatchObject({ end: undefined, incident: "i-fir" });
  expect(drills.report(unlinked.id)?.steps[2]).toMatchObject({ stage: "durable", at: 7 });
  expect(cleared.toSorted()).toEqual([closed.id, never.id].toSorted());
});

test("lists are paged, newest first, and only so many are kept", async () => {
  const { drills, clock } = someDrills({ keepDrills: 10 });
  const ids: string[] = [];
  for (let i = 0; i < 13; i++) {
    const { drill } = drills.start(order);
    ids.unshift(drill.id);
    await drills.end(drill.id, "x");
    drills.tick();
    clock.advance(1_000);
  }
  const first = drills.list({ site: "elm", limit: 6 });
  const second = drills.list({ site: "elm", limit: 6, cursor: first.next });
  expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(ids.slice(0, 10));
  expect(second.next).toBeUndefined();
  expect(drills.list({ site: "oak", limit: 6 }).items).toEqual([]);
  expect(() => drills.list({ site: "elm", limit: 6, cursor: "x" })).toThrow(
    expect.objectContaining({ path: "cursor" }),
  );
});

test("what the database refuses is kept and written later, and said once", () => {
  const { drills, database, detected, log } = someDrills();
  const { drill } = drills.start(order);
  database.db.exec("PRAGMA query_only = ON");
  detected(drill.id);
  drills.tick();
  drills.tick();
  expect(drills.report(drill.id)?.drill.incident).toBe(`i-${drill.id}`);
  expect(log.lines.filter(({ level }) => level === "error")).toHaveLength(1);
  database.db.exec("PRAGMA query_only = OFF");
  drills.tick();
  expect(openDrillTable(database, { keepDrills: 10 }).find(drill.id)?.incident).toBe(`i-${drill.id}`);
});
