import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectAsync } from "mqtt";
import { afterAll, describe, expect, test } from "vitest";
import { startApp } from "../../gateway/app.ts";
import { configSchema } from "../../gateway/config.ts";
import { exportRecords } from "../../gateway/journal/export.ts";
import { createLog } from "../../gateway/log.ts";
import type { JournalRecord } from "../../gateway/types.ts";
import { openTestGateway, type TestDevice, type TestGateway } from "../support/gateway.ts";

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** The data folder as it is at this moment; nothing of the gateway runs while it is copied. */
function imageOf(gateway: TestGateway): string {
  const copy = mkdtempSync(join(tmpdir(), "linli-image-"));
  folders.push(copy);
  cpSync(gateway.dataDir, copy, { recursive: true });
  return copy;
}

function openImage(dataDir: string) {
  const config = configSchema.parse({
    ...{ mqttPort: 0, httpPort: 0, dataDir },
    adminToken: "a-token-for-the-tests",
    journal: { reserveBytes: 65_536 },
  });
  return startApp({ config, log: createLog({ level: "silent" }), version: "test" });
}

async function sequencesIn(dataDir: string, device: string): Promise<number[]> {
  const found: number[] = [];
  for await (const records of exportRecords(join(dataDir, "journal"), { type: "reading" })) {
    for (const { record } of records) {
      const reading = JSON.parse(record) as Extract<JournalRecord, { type: "reading" }>;
      if (reading.device.endsWith(device)) found.push(reading.message.seq as number);
    }
  }
  return found;
}

async function resend(port: number, device: TestDevice, seqs: readonly number[]): Promise<void> {
  const { username } = device.credentials;
  const client = await connectAsync(`mqtt://127.0.0.1:${port}`, {
    ...device.credentials,
    clientId: username,
  });
  await Promise.all(
    seqs.map((seq) => client.publishAsync(`${device.topic}/telemetry`, payload(seq), { qos: 1 })),
  );
  await client.endAsync();
}

function payload(seq: number): string {
  // Crosses the limit of "overfull" now and then, so that alerts come and go.
  return JSON.stringify({ fill: seq % 10 < 5 ? 0.97 : 0.2, seq, boot: "a" });
}

describe("an image of the data folder in the middle of traffic", () => {
  test("holds all that was acknowledged, once, and takes what comes again for what it is", async () => {
    const gateway = await openTestGateway({ config: { checkpointMs: 100 } });
    const bin = await gateway.device("waste-bin", "bin-1");
    const client = await bin.connect();
    const acknowledged: number[] = [];
    const images: { dataDir: string; acknowledged: number; sent: number }[] = [];
    const inFlight = new Set<Promise<unknown>>();
    for (let seq = 1; seq <= 1_200; seq++) {
      const sent = client.publishAsync(`${bin.topic}/telemetry`, payload(seq), { qos: 1 }).then(() => {
        acknowledged.push(seq);
        inFlight.delete(sent);
      });
      inFlight.add(sent);
      if (inFlight.size > 20) await Promise.race(inFlight);
      if (seq % 300 === 0)
        images.push({ acknowledged: acknowledged.length, sent: seq, dataDir: imageOf(gateway) });
    }
    await Promise.all(inFlight);
    await client.endAsync();
    await gateway.stop();

    for (const image of images) {
      const held = await sequencesIn(image.dataDir, "bin-1");
      expect(new Set(held).size).toBe(held.length);
      expect(held).toEqual(expect.arrayContaining(acknowledged.slice(0, image.acknowledged)));

      const app = await openImage(image.dataDir);
      const all = Array.from({ length: image.sent }, (_, i) => i + 1);
      await resend(app.mqttPort as number, bin, all);
      const url = `http://127.0.0.1:${app.httpPort}/api/v1/alerts?device=xinfa/waste-bin/bin-1`;
      const headers = { authorization: "Bearer a-token-for-the-tests" };
      const alerts = (await (await fetch(`${url}&state=raised`, { headers })).json()) as {
        items: { rule: string }[];
      };
      await app.stop();
      expect((await sequencesIn(image.dataDir, "bin-1")).toSorted((a, b) => a - b)).toEqual(all);
      // The last number decides: overfull when its last digit is below 5.
      const isOverfull = image.sent % 10 < 5;
      expect(alerts.items.some(({ rule }) => rule === "overfull")).toBe(isOverfull);
    }
  });
});
