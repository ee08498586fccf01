import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { eventually } from "../support/gateway.ts";
import { serve } from "../support/served.ts";

interface Drill {
  readonly id: string;
  readonly incident: string | null;
  readonly end: string | null;
  readonly stages: readonly { stage: string; seconds: number | null }[];
}

interface Incident {
  readonly id: string;
  readonly state: string;
  readonly drill: string | null;
}

test("killed in the middle of a drill, the gateway still knows its incident, and that nothing burns", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "linli-drill-"));
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
  let gateway = await serve(dataDir);
  onTestFinished(() => void gateway.child.kill("SIGKILL"));
  await gateway.call("POST", "/sites", { id: "xinfa", name: "新发小区" });
  const { id } = await gateway.call<Drill>("POST", "/sites/xinfa/drills");
  const report = () => gateway.call<Drill>("GET", `/drills/${id}`);
  const isDurable = ({ stages }: Drill) =>
    stages.some(({ stage, seconds }) => stage === "durable" && seconds !== null);
  const { incident } = await eventually(report, isDurable);
  await gateway.call("POST", `/incidents/${incident}/acknowledge`, {});
  await gateway.end("SIGKILL");

  gateway = await serve(dataDir);
  const { items } = await gateway.call<{ items: Incident[] }>("GET", "/incidents?state=open");
  expect(items.map(({ id, state, drill }) => [id, state, drill])).toEqual([[incident, "acknowledged", id]]);
  const again = await report();
  expect(again).toMatchObject({ incident, end: null });
  expect(isDurable(again)).toBe(true);
  for (const move of ["control", "close"]) await gateway.call("POST", `/incidents/${incident}/${move}`, {});
  expect(await report()).toMatchObject({ end: "crew" });
  await gateway.end("SIGTERM");
}, 60_000);
