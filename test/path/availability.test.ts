import { afterEach, beforeEach, expect, test } from "vitest";
import type { Availability } from "../../gateway/api/contract.ts";
import { createFakeClock, type FakeClock } from "../support/fake-clock.ts";
import { eventually, openTestGateway, type TestGateway } from "../support/gateway.ts";

const minute = 60_000;

let clock: FakeClock;
let gateway: TestGateway;
beforeEach(async () => {
  // Noon in Shanghai.
  clock = createFakeClock(Date.parse("2026-01-15T04:00:00Z"));
  gateway = await openTestGateway({ clock });
});
afterEach(() => gateway.stop());

async function figures() {
  const { body } = await gateway.call<Availability>("GET", "/sites/xinfa/availability");
  return body;
}

/** Time passes as a gateway sees it that works: in short ticks. */
function pass(ms: number): void {
  for (let left = ms; left > 0; left -= 1_000) clock.advance(Math.min(left, 1_000));
}

const of = ({ items }: Availability, id: string) => items.find((item) => item.id === id);

test("a device that comes, is cut and comes again after a restart has the figures of what happened", async () => {
  const gate = await gateway.device("access-gate", "gate-1");
  await gateway.device("access-gate", "gate-2");
  const presence = (wanted: string) =>
    eventually(
      () => gateway.call<{ presence: string }>("GET", "/sites/xinfa/devices/gate-1"),
      ({ body }) => body.presence === wanted,
    );
  const first = await gate.connect();
  await presence("online");
  pass(minute);
  first.stream.destroy();
  await presence("offline");
  pass(minute);
  await gateway.restart(() => clock.advance(10 * minute));
  pass(minute);
  const again = await gate.connect();
  await presence("online");
  pass(minute);
  // A screen shows it at once, the report when it is on disk.
  const report = await eventually(figures, (found) => of(found, "gate-1")?.onlineMs !== minute);
  expect(of(report, "gate-1")).toMatchObject({
    ...{ onlineMs: 2 * minute, offlineMs: 2 * minute, unknownMs: 10 * minute, onlineRatio: 0.5 },
    ...{ outages: 1, longestMs: 2 * minute, knownSince: "2026-01-15T04:00:00.000Z" },
  });
  expect(of(report, "gate-2")).toMatchObject({ onlineRatio: null, knownSince: null, unknownMs: 14 * minute });
  expect(report).toMatchObject({ gatewayDownMs: 10 * minute, total: { devices: 2, neverHeard: 1 } });
  await again.endAsync();
});

test("a device that only a replay speaks of was never there", async () => {
  await gateway.device("waste-bin", "bin-1");
  const { body } = await gateway.call<{ credentials: { username: string; password: string } }>(
    "POST",
    "/accounts",
    {
      ...{ name: "replayer", publish: ["linli/v1/#"], subscribe: [] },
    },
  );
  const bin = await gateway.device("waste-bin", "bin-2");
  const replayer = await bin.connect({ ...body.credentials, clientId: "replayer" });
  const say = (id: string, payload: object) =>
    replayer.publishAsync(`linli/v1/xinfa/waste-bin/${id}/telemetry`, JSON.stringify(payload), { qos: 1 });
  await say("bin-1", { fill: 0.5, simulated: true });
  await say("bin-2", { fill: 0.5 });
  const report = await eventually(figures, (found) => of(found, "bin-2")?.knownSince !== null);
  expect(of(report, "bin-1")).toMatchObject({ knownSince: null });
  await replayer.endAsync();
});
