import { afterEach, expect, onTestFinished, test } from "vitest";
import { createSystemClock } from "../../gateway/clock.ts";
import { startBuilding } from "../../simulators/gb26875/building.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { eventually, openTestGateway, type TestGateway } from "../support/gateway.ts";
import { openSse } from "../support/sse.ts";

let gateway: TestGateway;
afterEach(() => gateway.stop());

interface Check {
  readonly id: string;
  readonly state: string;
  readonly due: string;
  readonly device: string | null;
  readonly answeredBy: string | null;
  readonly answerS: number | null;
  readonly onDuty: { name: string }[];
}
interface Alert {
  readonly id: string;
  readonly device: string;
  readonly rule: string;
  readonly state: string;
  readonly severity: string;
  readonly reason: string | null;
  readonly title: { zh: string };
}

const minute = 60_000;
const start = Date.parse("2026-01-15T16:00:00+08:00");

/** The crew `east` with the leader 王队长 on duty, and as wished a station. */
async function aCrew(more: object = {}) {
  await gateway.call("POST", "/sites/xinfa/crews", { id: "east", name: "东区", least: 1, ...more });
  await gateway.call("POST", "/sites/xinfa/contacts", {
    ...{ id: "wang", name: "王队长", role: "leader", crew: "east" },
    ways: [{ target: "voice", address: "000-0000-0001" }],
  });
  const from = new Date(start - 60 * minute).toISOString();
  const to = new Date(start + 600 * minute).toISOString();
  await gateway.call("POST", "/sites/xinfa/shifts", { crew: "east", contact: "wang", from, to, leads: true });
}

const ask = () => gateway.call<Check>("POST", "/sites/xinfa/crews/east/duty-checks").then(({ body }) => body);
const answer = (id: string) => gateway.call<Check>("POST", `/duty-checks/${id}/answer`);
const sheet = () =>
  gateway
    .call<{ items: Check[]; totals: Record<string, unknown>[] }>(
      "GET",
      "/sites/xinfa/duty-checks?month=2026-01",
    )
    .then(({ body }) => body);
const alerts = (isIt: (alerts: Alert[]) => boolean) =>
  eventually(async () => {
    const { body } = await gateway.call<{ items: Alert[] }>("GET", "/alerts");
    return body.items.filter(({ rule }) => rule.startsWith("duty-check"));
  }, isIt);

test("a planned duty check is seen by screens, missed over a restart, alerted, and ended by the next answer", async () => {
  const clock = createFakeClock(start - 1_000);
  gateway = await openTestGateway({ clock });
  await aCrew({ checks: { planned: ["16:00"] } });
  const screen = await openSse(gateway.url);
  clock.advance(1_000);
  const { data } = await screen.next(({ event }) => event === "duty-check");
  const due = new Date(start + 10 * minute).toISOString();
  expect(data).toMatchObject({ step: "asked", site: "xinfa", crew: "east", crewName: "东区", due });
  screen.close();

  await gateway.restart();
  const late = await openSse(gateway.url);
  const { data: snapshot } = await late.next(({ event }) => event === "snapshot");
  expect(snapshot.dutyChecks).toMatchObject([
    { state: "open", due, onDuty: [{ id: "wang", name: "王队长" }] },
  ]);
  late.close();
  clock.advance(10 * minute - 251);
  expect((await sheet()).items).toMatchObject([{ state: "open" }]);
  clock.advance(251);
  const [alert] = await alerts(([one]) => one !== undefined);
  expect(alert).toMatchObject({
    ...{ device: "gateway/gateway/self", rule: "duty-check-unanswered", severity: "major", state: "raised" },
    ...{ reason: expect.stringContaining("新发小区 东区"), title: { zh: "查岗无人应答" } },
  });

  await gateway.restart();
  const { id } = await ask();
  clock.advance(30_000);
  expect((await answer(id)).body).toMatchObject({ state: "answered", answeredBy: "admin", answerS: 30 });
  expect((await answer("none")).status).toBe(404);
  await alerts(([one]) => one?.state === "cleared");
  const { items, totals } = await sheet();
  expect(items.map(({ state }) => state)).toEqual(["missed", "answered"]);
  expect(totals).toEqual([
    { crew: "east", crewName: "东区", asked: 2, answered: 1, missed: 1, open: 0, medianS: 30, longestS: 30 },
  ]);

  const read = async (path: string) => {
    const response = await fetch(`${gateway.url}${path}`, {
      headers: { authorization: `Bearer ${gateway.token}` },
    });
    return response.text();
  };
  const csv = await read("/api/v1/sites/xinfa/duty-checks/export?month=2026-01");
  expect(csv.split("\r\n")).toEqual([
    "date,time,crew,on_duty,result,answered_by,seconds,asked_by",
    "2026-01-15,16:00,东区,王队长,missed,,,",
    "2026-01-15,16:10,东区,王队长,answered,admin,30,admin",
    "",
  ]);
  expect(await read("/sites/xinfa/duty-checks?month=2026-01")).toMatch(
    /新发小区.*2026-01-15 16:00.*王队长.*未应答/s,
  );
});

test("a station sounds when its crew is asked, answers for it, and is alerted once when nobody does", async () => {
  const clock = createFakeClock(start);
  gateway = await openTestGateway({ clock });
  const station = await gateway.device("micro-fire-station", "s1");
  await aCrew({ station: "s1" });
  const client = await station.connect({ keepalive: 0 });
  const orders: { name: string; args: object }[] = [];
  client.on("message", (_topic, payload) => void orders.push(JSON.parse(payload.toString())));
  await client.subscribeAsync(`${station.topic}/command`, { qos: 1 });
  let seq = 0;
  const say = (event: string) =>
    client.publishAsync(`${station.topic}/event`, JSON.stringify({ event, seq: ++seq, boot: "a" }), {
      qos: 1,
    });

  await ask();
  await eventually(
    async () => orders.length,
    (count) => count === 1,
  );
  expect(orders).toMatchObject([{ name: "duty-check", args: { answerS: 600 } }]);
  await say("duty-check-asked");
  clock.advance(45_000);
  await say("duty-check-answered");
  expect((await sheet()).items).toMatchObject([
    { state: "answered", device: "xinfa/micro-fire-station/s1", answerS: 45 },
  ]);

  // The station was asked and raises by its own rule, a moment after the gateway: that is the one alert.
  await ask();
  clock.advance(5_000);
  await say("duty-check-asked");
  clock.advance(10 * minute);
  await say("duty-check-missed");
  expect(await alerts((found) => found.length > 0)).toMatchObject([
    { rule: "duty-check-missed", device: "xinfa/micro-fire-station/s1", state: "raised" },
  ]);
  await say("duty-check-answered");
  await alerts((found) => found.every(({ state }) => state === "cleared"));

  // It never heard of this one, and says later that nobody answered: its own alert takes the place of the gateway's.
  await ask();
  clock.advance(10 * minute);
  await alerts((found) =>
    found.some(({ rule, state }) => rule === "duty-check-unanswered" && state === "raised"),
  );
  await gateway.restart();
  const again = await station.connect();
  const stillRaised = await alerts((found) => found.length > 0);
  expect(stillRaised.find(({ rule }) => rule === "duty-check-unanswered")).toMatchObject({ state: "raised" });
  const missed = JSON.stringify({ event: "duty-check-missed", seq: ++seq, boot: "a" });
  await again.publishAsync(`${station.topic}/event`, missed, { qos: 1 });
  const now = await alerts((found) =>
    found.some(({ rule, state }) => rule === "duty-check-missed" && state === "raised"),
  );
  expect(now.find(({ rule }) => rule === "duty-check-unanswered")).toMatchObject({ state: "cleared" });
  await Promise.all([client.endAsync(true), again.endAsync(true)]);
});

test("a fire alarm transmitter is asked over its line, and its answer counts", async () => {
  gateway = await openTestGateway({ config: { gb26875: { port: 0 } } });
  const source = "790000000001";
  await gateway.device("fire-transmitter", "utd-1", { facts: { gb26875Source: source } });
  await aCrew({ station: "utd-1" });
  const told: string[] = [];
  const building = startBuilding({
    ...{ host: "127.0.0.1", port: gateway.gb26875Port, source, clock: createSystemClock() },
    ...{
      random: () => 0.5,
      components: 0,
      heartbeatMs: 50,
      dutyAnswerMs: 10,
      tell: (line) => told.push(line),
    },
  });
  onTestFinished(() => building.stop());
  await eventually(
    () => gateway.call<{ presence: string }>("GET", "/sites/xinfa/devices/utd-1"),
    ({ body }) => body.presence === "online",
  );
  const { id } = await ask();
  const answered = await eventually(
    () => gateway.call<{ items: Check[] }>("GET", "/sites/xinfa/duty-checks").then(({ body }) => body.items),
    ([one]) => one?.state === "answered",
  );
  expect(answered).toMatchObject([{ id, device: "xinfa/fire-transmitter/utd-1", answeredBy: null }]);
  expect(told).toContain("duty check: 10 min to answer");
});

test("a detector with more than five false alarms in a day is alerted, once a day", async () => {
  const clock = createFakeClock(start);
  gateway = await openTestGateway({ clock });
  const detector = await gateway.device("fire-detector", "d1", { building: "1号楼" });
  const client = await detector.connect();
  let seq = 0;
  async function falseAlarm(): Promise<void> {
    for (const alarm of ["smoke", "none"])
      await client.publishAsync(
        `${detector.topic}/telemetry`,
        JSON.stringify({ alarm, seq: ++seq, boot: "a" }),
        { qos: 1 },
      );
    const { body } = await gateway.call<{ items: { id: string }[] }>("GET", "/incidents?state=open");
    await gateway.call("POST", `/incidents/${body.items[0]!.id}/false-alarm`, { reason: "油烟" });
    clock.advance(minute);
  }
  const many = async () => {
    const { body } = await gateway.call<{ items: Alert[] }>("GET", "/alerts?device=xinfa/fire-detector/d1");
    return body.items.filter(({ rule }) => rule === "false-alarms-many");
  };
  for (let i = 0; i < 5; i++) await falseAlarm();
  expect(await many()).toEqual([]);
  await falseAlarm();
  const [alert] = await eventually(many, (found) => found.length === 1);
  expect(alert).toMatchObject({
    severity: "major",
    state: "raised",
    reason: expect.stringContaining("6 false alarms"),
  });
  await gateway.call("POST", `/alerts/${alert!.id}/resolve`, {});
  await falseAlarm();
  expect(await many()).toHaveLength(1);
  clock.advance(8 * 60 * minute);
  for (let i = 0; i < 6; i++) await falseAlarm();
  await eventually(many, (found) => found.length === 2);
  await client.endAsync(true);
});
