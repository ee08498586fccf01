import { afterEach, expect, test } from "vitest";
import { createFakeClock } from "../support/fake-clock.ts";
import { eventually, openTestGateway, type TestGateway } from "../support/gateway.ts";
import { openSse } from "../support/sse.ts";

let gateway: TestGateway;
afterEach(() => gateway.stop());

interface Drill {
  id: string;
  site: string;
  end: string | null;
  endedBy: string | null;
  incident: string | null;
  fault: string | null;
  screens: number | null;
  isComplete: boolean;
  stages: { stage: string; seconds: number | null; by: string | null }[];
}

interface Incident {
  id: string;
  state: string;
  drill: string | null;
  building: string | null;
  alarms: { device: string; alert: string; title: { zh: string; en: string } }[];
  timeline: { step: string; by: string | null; note: string | null }[];
}

const start = (body: object = {}) => gateway.call<Drill>("POST", "/sites/xinfa/drills", body);
const report = (id: string) => gateway.call<Drill>("GET", `/drills/${id}`).then(({ body }) => body);
const incidents = (query: string) =>
  gateway.call<{ items: Incident[] }>("GET", `/incidents?${query}`).then(({ body }) => body.items);
const move = (id: string, step: string, body?: object) =>
  gateway.call<Incident>("POST", `/incidents/${id}/${step}`, body);
const reached = ({ stages }: Drill) =>
  stages.filter(({ seconds }) => seconds !== null).map(({ stage }) => stage);

/** The alert of a drill's incident, once it is over: that follows the end of the drill. */
const cleared = ({ alarms }: Incident) =>
  eventually(
    async () => (await gateway.call<{ state: string }>("GET", `/alerts/${alarms[0]!.alert}`)).body,
    ({ state }) => state === "cleared",
  );

/** Starts a drill and waits until its incident is there and its alarm on disk. */
async function aDrill(body: object = {}) {
  const { body: drill } = await start(body);
  return eventually(
    () => report(drill.id),
    (seen) => seen.incident !== null && reached(seen).includes("durable"),
  );
}

test("a drill goes the whole way, is answered like a fire, and is counted apart", async () => {
  gateway = await openTestGateway();
  await gateway.call("POST", "/sites/xinfa/buildings", { name: "12号楼" });
  expect((await start({ building: "99号楼" })).status).toBe(400);
  const screen = await openSse(gateway.url);
  await screen.next(({ event }) => event === "snapshot");
  const drill = await aDrill({ building: "12号楼", note: "每月演练" });
  expect(drill).toMatchObject({ end: null, fault: null, screens: 1, isComplete: false });
  expect(reached(drill)).toEqual(["published", "judged", "durable", "screens"]);
  const shown = await screen.next(({ event }) => event === "incident");
  expect(shown.data).toMatchObject({ step: "detected", drill: drill.id, incident: drill.incident });
  screen.close();
  expect((await start()).status).toBe(409);

  const id = drill.incident!;
  const [incident] = await incidents("drill=true&state=open");
  expect(incident).toMatchObject({
    ...{ id, drill: drill.id, building: "12号楼" },
    alarms: [{ device: "xinfa/gateway/drill", title: { zh: "【演练】火警", en: "DRILL: fire alarm" } }],
  });
  for (const step of ["acknowledge", "arrive", "control"]) expect((await move(id, step)).status).toBe(200);
  expect((await report(drill.id)).isComplete).toBe(false);
  await move(id, "close");
  const ended = await report(drill.id);
  expect(ended).toMatchObject({ end: "crew", endedBy: "admin", isComplete: true });
  expect(ended.stages.find(({ stage }) => stage === "dispatched")).toMatchObject({ by: "admin" });
  expect(await cleared(incident!)).toMatchObject({
    ...{ acknowledgedBy: "admin", drill: drill.id, simulated: true },
  });
  const { body: figures } = await gateway.call("GET", "/incidents/report?site=xinfa");
  expect(figures).toMatchObject({ incidents: 0, response: { acknowledged: { count: 0 } } });
  expect(figures).toMatchObject({ drills: { incidents: 1, response: { acknowledged: { count: 1 } } } });
  const headers = { authorization: `Bearer ${gateway.token}` };
  const page = async (path: string) => (await fetch(`${gateway.url}${path}`, { headers })).text();
  expect(await page(`/drills/${drill.id}`)).toMatch(/演练记录.*12号楼.*每月演练.*队伍结束/s);
  expect(await page(`/incidents/${id}`)).toContain("【演练】火警记录");
  const { body: list } = await gateway.call<{ items: Drill[] }>("GET", "/sites/xinfa/drills");
  expect(list.items.map(({ id, end }) => [id, end])).toEqual([[drill.id, "crew"]]);

  // Nobody finds the station: it is no device of the site.
  const { body: devices } = await gateway.call<{ items: object[] }>("GET", "/sites/xinfa/devices");
  expect(devices.items).toEqual([]);
  const { body: kinds } = await gateway.call<{ items: { name: string }[] }>("GET", "/kinds");
  expect(kinds.items.map(({ name }) => name)).not.toContain("gateway");
  const metrics = await page("/metrics");
  expect(metrics).toMatch(/^linli_messages_total 0$/m);
  expect(metrics).toMatch(/^linli_drills_total 1$/m);
  expect(metrics).not.toMatch(/^linli_alerts_raised_total\{/m);
});

test("a fire during a drill, in the same building, is an incident of its own; neither joins the other", async () => {
  gateway = await openTestGateway();
  await gateway.call("POST", "/sites/xinfa/buildings", { name: "12号楼" });
  const station = await gateway.device("micro-fire-station", "s1", { building: "12号楼" });
  const client = await station.connect();
  const drill = await aDrill({ building: "12号楼" });
  await client.publishAsync(`${station.topic}/event`, '{"event":"sos","seq":1,"boot":"a"}', { qos: 1 });
  const [fire, ...more] = await incidents("drill=false");
  expect(more).toEqual([]);
  expect(fire).toMatchObject({ drill: null, state: "detected", building: "12号楼" });
  expect(fire!.id).not.toBe(drill.incident);
  await gateway.call("POST", `/drills/${drill.id}/end`);
  const again = await aDrill({ building: "12号楼" });
  expect(again.incident).not.toBe(fire!.id);
  expect((await incidents("drill=false&state=open")).map(({ alarms }) => alarms.length)).toEqual([1]);
  // What is meant is not ended by who ends drills.
  expect((await move(fire!.id, "close")).status).toBe(409);
  await client.endAsync();
});

test("what a device writes never makes a drill, and nobody else speaks for the station", async () => {
  gateway = await openTestGateway();
  const station = await gateway.device("micro-fire-station", "s1");
  const client = await station.connect();
  const lie = {
    event: "sos",
    seq: 1,
    boot: "a",
    drill: true,
    run: "x",
    selfTest: true,
    trial: { drill: "x" },
  };
  await client.publishAsync(`${station.topic}/event`, JSON.stringify(lie), { qos: 1 });
  expect((await incidents("state=open")).map(({ drill }) => drill)).toEqual([null]);
  await client.endAsync();
  const { body: account } = await gateway.call<{ credentials: { username: string; password: string } }>(
    ...(["POST", "/accounts", { name: "bridge", publish: ["linli/#"], subscribe: ["linli/#"] }] as const),
  );
  const { connectAsync } = await import("mqtt");
  const bridge = await connectAsync(gateway.mqttUrl, {
    ...{ ...account.credentials, clientId: "bridge", reconnectPeriod: 0, protocolVersion: 5 },
  });
  const heard: string[] = [];
  bridge.on("message", (topic) => heard.push(topic));
  await bridge.subscribeAsync("linli/#");
  const forged = JSON.stringify({ drill: true, run: "x", simulated: true });
  for (const topic of [
    "linli/v1/xinfa/gateway/drill/telemetry",
    "linli/v1/gateway/gateway/self-test/telemetry",
  ]) {
    await expect(bridge.publishAsync(topic, forged, { qos: 1 })).rejects.toThrow(/[Nn]ot authorized/);
  }
  await aDrill();
  const trash = bridge.publishAsync("linli/v1/xinfa/nothing/n-1/telemetry", "{}", { qos: 1 });
  await expect(trash).rejects.toThrow();
  expect(heard.filter((topic) => topic.includes("/gateway/"))).toEqual([]);
  expect(await incidents("drill=true")).toHaveLength(1);
  await bridge.endAsync();
});

test("a drill survives a stop in its middle, and ends by itself when nobody ends it", async () => {
  const clock = createFakeClock();
  gateway = await openTestGateway({ clock });
  const drill = await aDrill();
  await move(drill.incident!, "acknowledge");
  await gateway.restart();
  expect(await report(drill.id)).toMatchObject({ end: null, incident: drill.incident });
  const [incident] = await incidents("state=open");
  expect(incident).toMatchObject({ drill: drill.id, state: "acknowledged" });
  clock.advance(1_800_000);
  const ended = await eventually(
    () => report(drill.id),
    ({ end }) => end !== null,
  );
  expect(ended).toMatchObject({ end: "time", endedBy: null, isComplete: false });
  expect(reached(ended)).not.toContain("controlled");
  const { timeline, state } = (await gateway.call<Incident>("GET", `/incidents/${drill.incident}`)).body;
  expect(state).toBe("closed");
  expect(timeline.at(-1)).toMatchObject({ step: "closed", by: null, note: expect.stringContaining("Drill") });
  expect(await cleared(incident!)).toMatchObject({ acknowledgedBy: "admin" });
});

test("a replay still calls nobody", async () => {
  gateway = await openTestGateway();
  const station = await gateway.device("micro-fire-station", "s1");
  const client = await station.connect();
  const sos = JSON.stringify({ event: "sos", seq: 1, boot: "a", simulated: true });
  await client.publishAsync(`${station.topic}/event`, sos, { qos: 1 });
  await client.endAsync();
  expect(await incidents("")).toEqual([]);
});
