import { expect, test } from "vitest";
import { openIncidentBook } from "../../../gateway/alert/incident/book.ts";
import { createIncidentDesk } from "../../../gateway/alert/incident/desk.ts";
import { incidentSettings } from "../../../gateway/alert/incident/settings.ts";
import { createIncidentWatch } from "../../../gateway/alert/incident/watch.ts";
import { createLog } from "../../../gateway/log.ts";
import { createMetrics } from "../../../gateway/metrics.ts";
import type { Change, IncidentStep, KnownDevice } from "../../../gateway/types.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { aDatabase, aFolder } from "../state/support.ts";

/** Alarms of building 7 of one site; those of a drill carry its id. */
function someIncidents({ directory = aFolder(), maxOpen = 100 } = {}) {
  const settings = incidentSettings.parse({ maxOpen });
  const clock = createFakeClock();
  const database = aDatabase(directory);
  const book = openIncidentBook({ database, settings, clock });
  const steps: IncidentStep[] = [];
  let sequence = book.position();
  const newId = () => `id-${++sequence}-${steps.length}`;
  const commit = (step: IncidentStep) => {
    steps.push(step);
    book.apply(step, ++sequence);
  };
  const watch = createIncidentWatch({
    ...{ open: book.open(), settings, newId, metrics: createMetrics(), log: createLog({ level: "silent" }) },
    timesOf: () => ({ acknowledge: 60_000, arrive: 180_000, control: 300_000 }),
  });
  const desk = createIncidentDesk({
    ...{ book, watch, clock, newId, report: async (step) => commit(step), acknowledgeAlert: async () => {} },
  });
  const definition = { rules: [{ id: "smoke", fire: true }], fields: {} };
  function alarm(device: string, mark: Partial<Change> = {}): string {
    const at = clock.now();
    const change = {
      id: newId(),
      alert: newId(),
      step: "raised",
      device,
      rule: "smoke",
      severity: "critical",
      at,
    };
    const known = { device, site: "elm", building: "7", floor: undefined, definition };
    const step = watch.raised({ ...change, ...mark } as Change, known as unknown as KnownDevice);
    if (step !== undefined) commit(step);
    return step?.incident ?? "";
  }
  return {
    ...{ alarm, book, clock, desk, steps, watch },
    drill: (id: string) => alarm("elm/gateway/drill", { simulated: true, drill: id }),
    tick() {
      for (const step of watch.due(clock.now())) commit(step);
    },
    restart() {
      book.flush();
      database.close();
      return someIncidents({ directory, maxOpen });
    },
  };
}

test("a drill and a fire of one building never join, whichever came first", () => {
  const { alarm, drill, book } = someIncidents();
  const first = drill("d-1");
  const fire = alarm("elm/smoke/a");
  expect(fire).not.toBe(first);
  expect(alarm("elm/smoke/b")).toBe(fire);
  const second = drill("d-2");
  expect([first, fire]).not.toContain(second);
  expect(new Set(book.open().map(({ drill }) => drill))).toEqual(new Set(["d-1", undefined, "d-2"]));
});

test("a fire that finds too many incidents open joins another fire, and never a drill", () => {
  const { alarm, drill, book } = someIncidents({ maxOpen: 1 });
  const before = drill("d-1");
  const fire = alarm("elm/smoke/a");
  expect(fire).not.toBe(before);
  drill("d-2");
  // It burns again after an hour: there is no place for another incident.
  expect(alarm("oak/smoke/a")).toBe(fire);
  expect(book.find(fire)?.alarms).toHaveLength(2);
});

test("every step of a drill carries its mark, over a restart too", async () => {
  const before = someIncidents();
  const id = before.drill("d-1");
  before.clock.advance(60_000);
  before.tick();
  await before.desk.take("acknowledged", { incident: id, by: "王队长" });
  expect(before.steps.map(({ step, drill }) => [step, drill])).toEqual([
    ...[
      ["detected", "d-1"],
      ["escalated", "d-1"],
      ["acknowledged", "d-1"],
    ],
  ]);
  const after = before.restart();
  expect(after.watch.find(id)).toMatchObject({ drill: "d-1", state: "acknowledged" });
  await after.desk.take("controlled", { incident: id, by: "王队长" });
  expect(after.steps).toMatchObject([{ step: "controlled", drill: "d-1" }]);
});

test("the gateway closes a drill however far it is, once, and never a fire", async () => {
  const { alarm, drill, desk, book, steps } = someIncidents();
  const id = drill("d-1");
  const fire = alarm("elm/smoke/a");
  expect((await desk.endDrill({ incident: id, note: "演练结束" })).state).toBe("closed");
  const count = steps.length;
  await desk.endDrill({ incident: id });
  expect(steps).toHaveLength(count);
  await expect(desk.endDrill({ incident: fire })).rejects.toMatchObject({ code: "conflict" });
  await expect(desk.endDrill({ incident: "none" })).rejects.toMatchObject({ code: "not-found" });
  expect(book.open().map(({ id }) => id)).toEqual([fire]);
});

test("lists have drills alone, or none of them, from memory and from the database", () => {
  const { alarm, drill, book } = someIncidents();
  const written = [drill("d-1"), alarm("elm/smoke/a")];
  book.flush();
  const waiting = drill("d-2");
  const list = (drill?: boolean) =>
    book
      .list({ limit: 10, drill })
      .items.map(({ id }) => id)
      .toSorted();
  expect(list()).toEqual([...written, waiting].toSorted());
  expect(list(true)).toEqual([written[0], waiting].toSorted());
  expect(list(false)).toEqual([written[1]]);
});
