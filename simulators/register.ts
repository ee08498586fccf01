import { existsSync } from "node:fs";
import { readFile, rename, writeFile } from "node:fs/promises";
import { z } from "zod";
import type { Api } from "../client/api.ts";
import { GatewayError, messageOf } from "../gateway/errors.ts";
import type { NewDevice, NewSite } from "../gateway/state/contract.ts";
import type { FleetDevice } from "./actor.ts";

/** A device and what the gateway knows it by. */
export interface RegisteredDevice extends FleetDevice {
  readonly credentials: { readonly username: string; readonly password: string };
}

/** What to register, and where passwords of earlier runs are kept. */
export interface Registration {
  readonly api: Api;
  readonly site: NewSite;
  readonly devices: readonly NewDevice[];
  /** JSON, readable by its owner only. Without it, devices that exist get a new password at each run. */
  readonly credentialsFile?: string | undefined;
  /** Requests at the same time. */
  readonly parallel?: number;
  readonly onProgress?: (done: number, all: number) => void;
}

/** Makes the site and its devices where they do not exist, and returns all of them with credentials. Running it again changes nothing. */
export async function registerDevices(registration: Registration): Promise<RegisteredDevice[]> {
  const { api, site, devices, credentialsFile, parallel = 8, onProgress } = registration;
  const known = await readCredentials(credentialsFile);
  const key = (id: string) => `${api.url} ${site.id}/${id}`;
  await ensureSite(api, site);
  const listed = await api.all<{ id: string }>(`/sites/${site.id}/devices`);
  const existing = new Set(listed.map(({ id }) => id));

  const registered: RegisteredDevice[] = [];
  let next = 0;
  async function work(): Promise<void> {
    for (let index = next++; index < devices.length; index = next++) {
      const device = devices[index] as NewDevice;
      const password = existing.has(device.id) ? known[key(device.id)] : undefined;
      const credentials =
        password === undefined
          ? await obtain(api, site.id, device, existing.has(device.id))
          : { username: `${site.id}/${device.id}`, password };
      known[key(device.id)] = credentials.password;
      registered[index] = {
        site: site.id,
        kind: device.kind,
        id: device.id,
        facts: device.facts,
        credentials,
      };
      onProgress?.(registered.filter(Boolean).length, devices.length);
    }
  }
  try {
    await Promise.all(Array.from({ length: Math.min(parallel, devices.length) }, work));
  } finally {
    await writeCredentials(credentialsFile, known);
  }
  return registered;
}

async function ensureSite(api: Api, site: NewSite): Promise<void> {
  try {
    await api.get(`/sites/${site.id}`);
  } catch (error) {
    if (!(error instanceof GatewayError) || error.code !== "not-found") throw error;
    await api.post("/sites", site);
  }
}

async function obtain(
  api: Api,
  site: string,
  device: NewDevice,
  exists: boolean,
): Promise<RegisteredDevice["credentials"]> {
  const path = `/sites/${site}/devices`;
  const answer = exists
    ? await api.post<{ credentials?: RegisteredDevice["credentials"] } & RegisteredDevice["credentials"]>(
        `${path}/${device.id}/credentials/rotate`,
      )
    : await api.post<{ credentials: RegisteredDevice["credentials"] }>(path, device);
  return answer.credentials ?? (answer as RegisteredDevice["credentials"]);
}

const credentialsSchema = z.record(z.string(), z.string());

async function readCredentials(file: string | undefined): Promise<Record<string, string>> {
  if (file === undefined || !existsSync(file)) return {};
  try {
    return credentialsSchema.parse(JSON.parse(await readFile(file, "utf8")));
  } catch (cause) {
    throw new GatewayError(
      "invalid-request",
      `credentials file ${file} cannot be read: ${messageOf(cause)}`,
      { cause },
    );
  }
}

/** Written beside and renamed, so that a stop in the middle leaves the old file. */
async function writeCredentials(file: string | undefined, known: Record<string, string>): Promise<void> {
  if (file === undefined) return;
  await writeFile(`${file}.new`, `${JSON.stringify(known, undefined, 1)}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
}
