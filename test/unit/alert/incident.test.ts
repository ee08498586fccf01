import { describe, expect, test } from "vitest";
import type { Incident, IncidentMove } from "../../../gateway/alert/contract.ts";
import { openIncidentBook } from "../../../gateway/alert/incident/book.ts";
import { createIncidentDesk } from "../../../gateway/alert/incident/desk.ts";
import { incidentSettings } from "../../../gateway/alert/incident/settings.ts";
import { createIncidentWatch } from "../../../gateway/alert/incident/watch.ts";
import { createLog } from "../../../gateway/log.ts";
import { createMetrics } from "../../../gateway/metrics.ts";
import type { Change, IncidentStep, KnownDevice } from "../../../gateway/types.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { aDatabase, aFolder } from "../state/support.ts";

const settings = incidentSettings.parse({});
const times = { acknowledge: 60_000, arrive: 180_000, control: 300_000 };

/** The incidents on a real database and a clock that only the test moves; `restart` is a crash and a new start. */
function someIncidents({ directory = aFolder(), clock = createFakeClock(), more = {} } = {}) {
  const database = aDatabase(directory);
  const book = openIncidentBook({ database, settings, clock });
  let sequence = book.position();
  let ids = 0;
  const newId = () => `${clock.now().toString(36)}${sequence}-${++ids}`;
  const steps: IncidentStep[] = [];
  const watch = createIncidentWatch({
    ...{ open: book.open(), settings: { ...settings, ...more }, timesOf: () => times },
    ...{ newId, metrics: createMetrics(), log: createLog({ level: "silent" }) },
  });
  const acknowledged: string[] = [];

  function commit(step: IncidentStep): void {
    steps.push(step);
    book.apply(step, ++sequence);
  }

  const desk = createIncidentDesk({
    ...{ book, watch, clock, newId },
    report: async (step) => commit(step),
    acknowledgeAlert: async ({ alert }) => acknowledged.push(alert),
  });
  return {
    ...{ book, clock, desk, steps, acknowledged, database },
    alarm(device: string, place: { building?: string; floor?: string } = {}, change: Partial<Change> = {}) {
      const step = watch.raised(aChange(device, clock.now(), change), aDetector(device, place));
      if (step !== undefined) commit(step);
      return step?.incident ?? "";
    },
    tick() {
      const due = watch.due(clock.now());
      for (const step of due) commit(step);
      return due.map(({ mark }) => mark);
    },
    take: (move: IncidentMove, incident: string, by = "王队长", note?: string) =>
      desk.take(move, { incident, by, note }),
    restart() {
      book.flush();
      database.close();
      return someIncidents({ directory, clock, more });
    },
  };
}

function aChange(device: string, at: number, more: Partial<Change>): Change {
  const alert = `alert of ${device}`;
  return {
    id: `${alert} ${at}`,
    alert,
    step: "raised",
    device,
    rule: "smoke",
    severity: "critical",
    at,
    ...more,
  };
}

function aDetector(device: string, { building, floor }: { building?: string; floor?: string }): KnownDevice {
  const [site = ""] = device.split("/");
  const definition = {
    rules: [{ id: "smoke", fire: true }, { id: "duress" }],
    fields: { person: { isPerson: true } },
  };
  return { device, site, building, floor, definition } as unknown as KnownDevice;
}

describe("an alarm", () => {
  test("of the fire lane begins an incident; another critical one, a lesser one, a clearing and a replay do not", () => {
    const { alarm, book } = someIncidents();
    const id = alarm("elm/smoke/a", { building: "7", floor: "3" }, { values: { ppm: 400, person: "p_1" } });
    expect(book.find(id)).toMatchObject({
      ...{ id, site: "elm", building: "7", state: "detected", escalated: [], times: {} },
      alarms: [{ device: "elm/smoke/a", rule: "smoke", floor: "3", values: { ppm: 400 } }],
    });
    const others: Partial<Change>[] = [
      { rule: "duress" },
      { severity: "major" },
      { step: "cleared" },
      { simulated: true },
    ];
    for (const other of others) expect(alarm("elm/smoke/b", { building: "8" }, other)).toBe("");
    expect(book.open()).toHaveLength(1);
  });

  test("of the same building joins within the window, of another one or later begins its own", () => {
    const { alarm, clock, book } = someIncidents();
    const first = alarm("elm/smoke/a", { building: "7" });
    clock.advance(settings.joinMs);
    expect(alarm("elm/smoke/b", { building: "7" })).toBe(first);
    expect(alarm("elm/smoke/c", { building: "8" })).not.toBe(first);
    expect(alarm("oak/smoke/a", { building: "7" })).not.toBe(first);
    clock.advance(settings.joinMs + 1);
    expect(alarm("elm/smoke/d", { building: "7" })).not.toBe(first);
    expect(book.find(first)?.alarms.map(({ device }) => device)).toEqual(["elm/smoke/a", "elm/smoke/b"]);
  });

  test("of a device in no building joins its own incident alone", () => {
    const { alarm } = someIncidents();
    const first = alarm("elm/smoke/a");
    expect(alarm("elm/smoke/a")).toBe(first);
    expect(alarm("elm/smoke/b")).not.toBe(first);
  });

  test("after it was under control begins anew, and after the end too", async () => {
    const { alarm, take } = someIncidents();
    const place = { building: "7" };
    const first = alarm("elm/smoke/a", place);
    await take("arrived", first);
    expect(alarm("elm/smoke/b", place)).toBe(first);
    await take("controlled", first);
    const second = alarm("elm/smoke/c", place);
    expect(second).not.toBe(first);
    await take("false-alarm", second, "王队长", "steam");
    expect(alarm("elm/smoke/c", place)).not.toBe(second);
  });

  test("is never lost where too many incidents are open: it joins one", () => {
    const { alarm, book } = someIncidents({ more: { maxOpen: 2 } });
    const ids = ["1", "2", "3", "4"].map((building) => alarm(`elm/smoke/${building}`, { building }));
    expect(new Set(ids).size).toBe(2);
    expect(book.open().flatMap(({ alarms }) => alarms)).toHaveLength(4);
  });
});

describe("the marks", () => {
  const place = { building: "7" };
  const cases: [string, number, IncidentMove | undefined, string[]][] = [
    ["59.999 s: nobody is late", 59_999, undefined, []],
    ["60.000 s: not acknowledged", 60_000, undefined, ["acknowledge"]],
    ["60.000 s, acknowledged", 60_000, "acknowledged", []],
    ["179.999 s, acknowledged", 179_999, "acknowledged", []],
    ["180.000 s, acknowledged: nobody on scene", 180_000, "acknowledged", ["arrive"]],
    ["180.000 s, set out: nobody on scene", 180_000, "dispatched", ["arrive"]],
    ["180.000 s, on scene", 180_000, "arrived", []],
    ["299.999 s, on scene", 299_999, "arrived", []],
    ["300.000 s, on scene: not under control", 300_000, "arrived", ["control"]],
    ["300.000 s, under control", 300_000, "controlled", []],
    ["an hour, nobody came", 3_600_000, undefined, ["acknowledge", "arrive", "control"]],
  ];

  test.each(cases)("%s", async (_, passedMs, move, expected) => {
    const { alarm, take, tick, clock, book } = someIncidents();
    const id = alarm("elm/smoke/a", place);
    if (move !== undefined) await take(move, id);
    clock.advance(passedMs);
    expect(tick()).toEqual(expected);
    expect(tick()).toEqual([]);
    expect(book.find(id)?.escalated).toEqual(expected);
  });

  test.each(cases)("survive a crash just before: %s", async (_, passedMs, move, expected) => {
    const before = someIncidents();
    const id = before.alarm("elm/smoke/a", place);
    if (move !== undefined) await before.take(move, id);
    before.clock.advance(passedMs - 1);
    before.tick();
    const after = before.restart();
    after.clock.advance(1);
    after.tick();
    expect(after.book.find(id)?.escalated).toEqual(expected);
  });

  test("stay where they were when another alarm joins", () => {
    const { alarm, tick, clock, book } = someIncidents();
    const id = alarm("elm/smoke/a", place);
    clock.advance(59_000);
    alarm("elm/smoke/b", place);
    clock.advance(1_000);
    expect(tick()).toEqual(["acknowledge"]);
    expect(book.find(id)?.alarms).toHaveLength(2);
  });

  test("are over with a false alarm", async () => {
    const { alarm, take, tick, clock } = someIncidents();
    await take("false-alarm", alarm("elm/smoke/a", place), "王队长", "steam");
    clock.advance(3_600_000);
    expect(tick()).toEqual([]);
  });
});

describe("a crew", () => {
  const all: IncidentMove[] = [
    "acknowledged",
    "dispatched",
    "arrived",
    "controlled",
    "closed",
    "false-alarm",
    "noted",
  ];
  const allowed: Record<Incident["state"], IncidentMove[]> = {
    detected: ["acknowledged", "dispatched", "arrived", "controlled", "false-alarm", "noted"],
    acknowledged: ["dispatched", "arrived", "controlled", "false-alarm", "noted"],
    dispatched: ["arrived", "controlled", "false-alarm", "noted"],
    arrived: ["controlled", "false-alarm", "noted"],
    controlled: ["closed", "false-alarm", "noted"],
    closed: ["noted"],
    "false-alarm": ["noted"],
  };
  const cases = Object.entries(allowed).flatMap(([state, moves]) =>
    all.map((move) => [state, move, moves.includes(move)] as const),
  );

  test.each(cases)("from %s may take the step %s: %s", async (state, move, isAllowed) => {
    const { alarm, take } = someIncidents();
    const id = alarm("elm/smoke/a");
    if (state === "closed") await take("controlled", id);
    if (state !== "detected") await take(state as IncidentMove, id, "王队长", "why");
    const taken = take(move, id, "李队长", "why").then(
      () => true,
      (error: { code: string }) => (error.code === "conflict" ? false : error.code),
    );
    expect(await taken).toBe(isAllowed);
  });

  test("leaves a record of who did what and when, and the alarms are acknowledged with the incident", async () => {
    const { alarm, take, clock, book, acknowledged, restart } = someIncidents();
    const id = alarm("elm/smoke/a");
    clock.advance(5_000);
    await take("acknowledged", id);
    clock.advance(90_000);
    await take("arrived", id, "李队长", "楼梯间有烟");
    const incident = book.find(id);
    expect(incident).toMatchObject({
      state: "arrived",
      times: { acknowledged: { by: "王队长" }, arrived: { by: "李队长" } },
    });
    expect(acknowledged).toEqual(["alert of elm/smoke/a"]);
    const timeline = restart().book.timeline(id);
    expect(timeline.map(({ step, by, note }) => [step, by, note])).toEqual([
      ["detected", undefined, undefined],
      ["acknowledged", "王队长", undefined],
      ["arrived", "李队长", "楼梯间有烟"],
    ]);
  });

  test("of two people the first has done it; the same person again changes nothing", async () => {
    const { alarm, take, steps } = someIncidents();
    const id = alarm("elm/smoke/a");
    const both = await Promise.allSettled([take("acknowledged", id, "甲"), take("acknowledged", id, "乙")]);
    expect(both.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
    expect(both[1]).toMatchObject({ reason: { message: expect.stringContaining("甲 did this at") } });
    await take("acknowledged", id, "甲");
    expect(steps.filter(({ step }) => step === "acknowledged")).toHaveLength(1);
  });

  test("that sends a step or a note again with its key does it once, also at the same moment and after a restart", async () => {
    const parts = someIncidents();
    const incident = parts.alarm("d1", { building: "1" });
    const note = { incident, by: "王队长", note: "到达单元门", key: "tap-0001" };
    await Promise.all([parts.desk.take("noted", note), parts.desk.take("noted", note)]);
    const step = { incident, by: "王队长", key: "tap-0002" };
    await parts.desk.take("acknowledged", step);
    await parts.take("dispatched", incident);
    const later = parts.restart();
    await later.desk.take("noted", note);
    expect(await later.desk.take("acknowledged", step)).toMatchObject({ state: "dispatched" });
    expect(later.book.timeline(incident).map(({ step }) => step)).toEqual([
      ...["detected", "noted", "acknowledged", "dispatched"],
    ]);
    await expect(later.desk.take("acknowledged", { ...step, key: "tap-0003" })).rejects.toThrow(
      /has come to/,
    );
  });

  test("gives a reason for a false alarm", async () => {
    const { alarm, take, book } = someIncidents();
    const id = alarm("elm/smoke/a");
    await expect(take("false-alarm", id)).rejects.toMatchObject({ code: "invalid-request", path: "note" });
    await take("false-alarm", id, "王队长", "厨房油烟");
    expect(book.find(id)?.reason).toBe("厨房油烟");
  });
});

describe("the book", () => {
  test("lists by state, site and time, newest first, page by page, written or not", async () => {
    const { alarm, take, clock, book } = someIncidents();
    const ids: string[] = [];
    for (const site of ["elm", "oak", "elm", "elm"]) {
      clock.advance(1_000);
      ids.push(alarm(`${site}/smoke/${ids.length}`));
      if (ids.length === 2) book.flush();
    }
    await take("false-alarm", ids[0]!, "x", "y");
    const list = (query: Partial<Parameters<typeof book.list>[0]>) => book.list({ limit: 10, ...query });
    expect(list({}).items.map(({ id }) => id)).toEqual([...ids].reverse());
    expect(list({ state: "ended" }).items.map(({ id }) => id)).toEqual([ids[0]]);
    expect(list({ sites: ["oak"] }).items.map(({ id }) => id)).toEqual([ids[1]]);
    expect(list({ from: clock.now() - 1_000, to: clock.now() }).items.map(({ id }) => id)).toEqual([ids[2]]);
    const first = list({ limit: 3 });
    expect(list({ limit: 3, cursor: first.next }).items.map(({ id }) => id)).toEqual([ids[0]]);
    expect(list({ limit: 3, cursor: first.next }).next).toBeUndefined();
    expect(() => list({ cursor: "x" })).toThrow(expect.objectContaining({ path: "cursor" }));
  });

  test("a step that comes twice from the journal counts once", () => {
    const { alarm, book, steps } = someIncidents();
    const id = alarm("elm/smoke/a");
    book.apply(steps[0]!, 1);
    expect(book.timeline(id)).toHaveLength(1);
  });

  test("keeps what its database refuses, and writes it later", async () => {
    const { alarm, take, book, database, restart } = someIncidents();
    const id = alarm("elm/smoke/a");
    database.db.exec("PRAGMA query_only = ON");
    expect(() => book.flush()).toThrow();
    await take("acknowledged", id);
    expect(book.open().map(({ state }) => state)).toEqual(["acknowledged"]);
    database.db.exec("PRAGMA query_only = OFF");
    expect(restart().book.find(id)?.state).toBe("acknowledged");
  });
});
