import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import type { Gateway } from "../../../bench/support/gateway.ts";
import type { DeviceSeriesAnswer } from "../../../gateway/api/contract.ts";
import { GatewayError } from "../../../gateway/errors.ts";
import { pause } from "./wait.ts";

/** Epoch ms; `to` exclusive. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

/** One of the gateway's metrics as it is now; undefined while nobody answers. */
export async function askMetric(gateway: Gateway, name: string): Promise<number | undefined> {
  let text: string;
  try {
    text = await (await ask(gateway, "/metrics")).text();
  } catch {
    // Nobody listens: who asks, asks again.
    return undefined;
  }
  const line = text.split("\n").find((one) => one.startsWith(`${name} `));
  return line === undefined ? undefined : Number(line.slice(name.length));
}

/** The lines of an export of all devices of a kind, without the header: time, device, field, value, quality, receivedAt. */
export async function* exportLines(
  gateway: Gateway,
  { site, kind, simulated, from, to }: TimeRange & { site: string; kind: string; simulated: boolean },
): AsyncGenerator<string> {
  const query = `kind=${kind}&simulated=${simulated}&from=${from}&to=${to}&format=csv`;
  const response = await ask(gateway, `/api/v1/sites/${site}/series/export?${query}`);
  let isHeader = true;
  for await (const line of createInterface({ input: Readable.fromWeb(response.body as never) })) {
    if (!isHeader && line !== "") yield line;
    isHeader = false;
  }
}

/** The history of a device, folded. */
export async function askSteps(
  gateway: Gateway,
  { device, step, from, to }: TimeRange & { device: string; step: string },
): Promise<DeviceSeriesAnswer> {
  const [site, , id] = device.split("/");
  const path = `/api/v1/sites/${site}/devices/${id}/series`;
  const query = `step=${step}&agg=count,min,max,mean,last&from=${from}&to=${to}`;
  return (await (await ask(gateway, `${path}?${query}`)).json()) as DeviceSeriesAnswer;
}

/** Asks again while the store is away, or its memory is taken by what it does beside. */
async function ask(gateway: Gateway, path: string): Promise<Response> {
  const end = Date.now() + 60_000;
  for (;;) {
    const response = await fetch(`http://127.0.0.1:${gateway.httpPort}${path}`, {
      headers: { authorization: `Bearer ${gateway.adminToken}` },
    });
    if (response.ok) return response;
    const text = await response.text();
    if (response.status !== 503 || Date.now() > end)
      throw new GatewayError("scenario-failed", `${path} was answered ${response.status}: ${text}`);
    await pause(100);
  }
}
