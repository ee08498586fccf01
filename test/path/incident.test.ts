import { afterEach, expect, test } from "vitest";
import { createFakeClock } from "../support/fake-clock.ts";
import { eventually, openTestGateway, type TestGateway } from "../support/gateway.ts";

let gateway: TestGateway;
afterEach(() => gateway.stop());

interface Incident {
  id: string;
  state: string;
  building: string | null;
  escalated: string[];
  marks: Record<string, string>;
  times: Record<string, { by: string }>;
  response: Record<string, number | null>;
  alarms: { device: string; alert: string; title: { zh: string } }[];
  timeline: { step: string; by: string | null; note: string | null; mark: string | null }[];
}

const open = () =>
  gateway.call<{ items: Incident[] }>("GET", "/incidents?state=open").then(({ body }) => body.items);
const get = (id: string) => gateway.call<Incident>("GET", `/incidents/${id}`).then(({ body }) => body);
const post = (id: string, move: string, body?: object) =>
  gateway.call<Incident>("POST", `/incidents/${id}/${move}`, body);

test("an SOS becomes an incident that escalates over a restart, is answered, and leaves a record", async () => {
  const clock = createFakeClock();
  gateway = await openTestGateway({ clock });
  await gateway.call("PUT", "/sites/xinfa/incident-times", {
    acknowledgeMs: 30_000,
    arriveMs: null,
    controlMs: null,
  });
  const station = await gateway.device("micro-fire-station", "s1", { building: "12号楼" });
  const client = await station.connect();
  const sos = JSON.stringify({ event: "sos", seq: 1, boot: "a" });
  await client.publishAsync(`${station.topic}/event`, sos, { qos: 1 });
  const [incident] = await open();
  expect(incident).toMatchObject({
    state: "detected",
    building: "12号楼",
    alarms: [{ title: { zh: expect.any(String) } }],
  });
  const { id, marks } = incident!;
  const after = (mark: string) => Date.parse(marks[mark]!) - clock.now();
  expect([after("acknowledge"), after("arrive"), after("control")]).toEqual([30_000, 180_000, 300_000]);
  await client.endAsync();

  await gateway.restart();
  clock.advance(30_000);
  const escalated = await eventually(
    () => get(id),
    (seen) => seen.escalated.length > 0,
  );
  expect(escalated.escalated).toEqual(["acknowledge"]);
  expect((await post(id, "acknowledge", { note: "收到" })).body.times.acknowledged).toMatchObject({
    by: "admin",
  });
  const { body: alert } = await gateway.call<{ acknowledgedBy: string }>(
    "GET",
    `/alerts/${incident!.alarms[0]!.alert}`,
  );
  expect(alert.acknowledgedBy).toBe("admin");
  clock.advance(60_000);
  await post(id, "arrive");
  expect((await post(id, "close")).status).toBe(409);
  await post(id, "control");
  await post(id, "notes", { note: "现场已清理" });
  expect((await post(id, "close")).body.state).toBe("closed");
  expect((await post(id, "arrive")).status).toBe(409);

  const record = await get(id);
  expect(record.timeline.map(({ step, mark }) => mark ?? step)).toEqual([
    ...["detected", "acknowledge", "acknowledged", "arrived", "controlled", "noted", "closed"],
  ]);
  expect(record.response).toMatchObject({ acknowledged: 30, dispatched: 90, arrived: 90, ended: 90 });
  const page = await fetch(`${gateway.url}/incidents/${id}`, {
    headers: { authorization: `Bearer ${gateway.token}` },
  });
  expect(await page.text()).toMatch(/12号楼.*现场已清理/s);
  expect(await open()).toEqual([]);
  const { body: report } = await gateway.call("GET", "/incidents/report?site=xinfa");
  expect(report).toMatchObject({
    ...{ incidents: 1, falseAlarms: 0, unanswered: 0, escalated: { acknowledge: 1, arrive: 0, control: 0 } },
    response: { acknowledged: { count: 1, median: 30 } },
    complete: true,
  });
});

test("a screen sees the incident at once and again when it is durable, and a new screen in its snapshot", async () => {
  gateway = await openTestGateway();
  const station = await gateway.device("micro-fire-station", "s1");
  const watch = async (types: string) => {
    const stream = await fetch(`${gateway.url}/api/v1/stream?types=${types}&kind=waste-bin`, {
      headers: { authorization: `Bearer ${gateway.token}` },
    });
    const reader = stream.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    return {
      async until(pattern: RegExp) {
        while (!pattern.test(text)) text += (await reader.read()).value ?? "";
        return text;
      },
      end: () => reader.cancel(),
    };
  };
  const screen = await watch("incident");
  await screen.until(/"incidents":\[\]/);
  const client = await station.connect();
  await client.publishAsync(`${station.topic}/event`, '{"event":"sos","seq":1,"boot":"a"}', { qos: 1 });
  const text = await screen.until(/event: incident\n.*id: \d+\nevent: incident\ndata: .*\n\n/s);
  const changes = [...text.matchAll(/"change":"([^"]+)"/g)].map(([, change]) => change);
  expect(changes).toHaveLength(2);
  expect(changes[0]).toBe(changes[1]);
  const late = await watch("incident");
  await late.until(/"incidents":\[\{"id"/);
  await Promise.all([screen.end(), late.end(), client.endAsync()]);
});
