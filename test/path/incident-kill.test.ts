import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectAsync } from "mqtt";
import { expect, onTestFinished, test } from "vitest";
import { eventually } from "../support/gateway.ts";
import { type Served, serve } from "../support/served.ts";

interface Incident {
  readonly id: string;
  readonly state: string;
  readonly detectedAt: string;
  readonly marks: Readonly<Record<string, string>>;
  readonly escalated: readonly string[];
  readonly times: Readonly<Record<string, { readonly at: string }>>;
  readonly timeline: readonly { readonly step: string; readonly at: string }[];
}

test("killed after each step of an incident, the gateway goes on where it was, with the times that it had", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "linli-incident-"));
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
  const times = { LINLI_ALERT_INCIDENT_ACKNOWLEDGE_MS: "1000" };
  let gateway: Served = await serve(dataDir, times);
  onTestFinished(() => void gateway.child.kill("SIGKILL"));
  await gateway.call("POST", "/sites", { id: "xinfa", name: "新发小区" });
  const { credentials } = await gateway.call<{ credentials: { username: string; password: string } }>(
    "POST",
    "/sites/xinfa/devices",
    { kind: "micro-fire-station", id: "s1", name: "微站", building: "12号楼" },
  );
  const client = await connectAsync(gateway.mqttUrl, { ...credentials, clientId: credentials.username });
  await client.publishAsync(
    "linli/v1/xinfa/micro-fire-station/s1/event",
    JSON.stringify({ event: "sos", seq: 1, boot: "a" }),
    { qos: 1 },
  );
  await client.endAsync(true);

  async function killed(): Promise<Incident> {
    await gateway.end("SIGKILL");
    gateway = await serve(dataDir, times);
    const { items } = await gateway.call<{ items: Incident[] }>("GET", "/incidents");
    expect(items).toHaveLength(1);
    return gateway.call("GET", `/incidents/${items[0]!.id}`);
  }

  let before = await killed();
  expect(before.state).toBe("detected");
  const { id, marks, detectedAt } = before;
  // The mark passes by the time of the beginning, whatever the gateway did meanwhile.
  const escalated = await eventually(
    () => gateway.call<Incident>("GET", `/incidents/${id}`),
    (seen) => seen.escalated.length > 0,
  );
  expect(escalated.escalated).toEqual(["acknowledge"]);
  const steps = [
    ["acknowledge", "acknowledged"],
    ["dispatch", "dispatched"],
    ["arrive", "arrived"],
    ["control", "controlled"],
    ["close", "closed"],
  ] as const;
  for (const [move, state] of steps) {
    await gateway.call("POST", `/incidents/${id}/${move}`);
    const after = await killed();
    expect(after).toMatchObject({ id, state, marks, detectedAt, escalated: ["acknowledge"] });
    // Nothing that was said is said again, and nothing is lost.
    const said = before.timeline.map(({ step, at }) => `${step} ${at}`);
    expect(after.timeline.map(({ step, at }) => `${step} ${at}`)).toEqual(expect.arrayContaining(said));
    expect(after.timeline.filter(({ step }) => step === state)).toHaveLength(1);
    before = after;
  }
  expect(before.timeline.map(({ step }) => step)).toEqual([
    "detected",
    "escalated",
    ...steps.map(([, state]) => state),
  ]);
}, 60_000);
