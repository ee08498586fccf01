import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { freePort } from "../../bench/support/child.ts";
import { openGateway } from "../../bench/support/gateway.ts";
import { createSystemClock } from "../../gateway/clock.ts";
import { bits, componentState } from "../../simulators/gb26875/objects.ts";
import { startTransmitter } from "../../simulators/gb26875/transmitter.ts";
import { aFrame, dial } from "../support/gb26875.ts";

interface Alert {
  readonly rule: string;
  readonly device: string;
}

test("killed between a fire and its acknowledgement, the gateway has exactly one alarm once it comes again", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "linli-gb26875-"));
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
  const port = await freePort();
  const place = {
    ...{ dataDir, mqttPort: await freePort(), httpPort: await freePort() },
    adminToken: "a-token-for-the-tests",
    env: { LINLI_GB26875_PORT: String(port), LINLI_JOURNAL_RESERVE_BYTES: "65536" },
  };
  let gateway = await openGateway(place);
  onTestFinished(() => gateway.stop("SIGKILL"));
  await gateway.addSite("xinfa");
  const sources = [0, 1, 2].map((i) => `79030000000${i}`);
  await gateway.addDevices(
    "xinfa",
    sources.map((gb26875Source, i) => ({
      ...{ kind: "fire-transmitter", id: `utd-${i}` },
      facts: { gb26875Source },
    })),
  );
  const fire = componentState("01-01-28-01000100", bits.fire, Date.now());
  const lines = await Promise.all(sources.map(() => dial(port)));
  // The first is on disk and its acknowledgement gets lost, the others are somewhere on their way.
  lines[0]!.write(aFrame(fire, { source: sources[0]! }));
  expect(await lines[0]!.answer(() => true)).toMatchObject({ command: 3 });
  for (const i of [1, 2]) lines[i]!.write(aFrame(fire, { source: sources[i]! }));
  await gateway.stop("SIGKILL");

  gateway = await openGateway(place);
  for (const [i, source] of sources.entries()) {
    const clock = createSystemClock();
    const transmitter = startTransmitter({ host: "127.0.0.1", port, source, clock, reconnectMs: 50 });
    expect(await transmitter.say(fire)).toBe(true);
    await transmitter.stop();
    const alerts = await gateway.list<Alert>(`/api/v1/alerts?device=xinfa/fire-transmitter/utd-${i}`);
    expect(alerts.filter(({ rule }) => rule === "unplaced-fire")).toHaveLength(1);
  }
}, 60_000);
