import { randomBytes } from "node:crypto";
import type { Api } from "../../client/api.ts";
import { apiOf } from "../../client/options.ts";
import { loadCatalogue } from "../../devices/kit/catalogue.ts";
import { createSystemClock } from "../../gateway/clock.ts";
import { GatewayError } from "../../gateway/errors.ts";
import { type Community, loadCommunity } from "../community.ts";
import { startFleet } from "../fleet.ts";
import { sharedTopics } from "../fleet-line.ts";
import { openLedger } from "../ledger.ts";
import { startProgress } from "../progress.ts";
import { registerDevices } from "../register.ts";
import { simulatorSettings } from "../settings.ts";
import { brokerName } from "./options.ts";
import { aborted, exitCodes } from "./run.ts";
import type { SimulateOptions } from "./simulate.ts";

/** Runs `linli simulate`. */
export async function simulate(options: SimulateOptions, signal: AbortSignal): Promise<number> {
  const settings = simulatorSettings.parse({});
  const clock = createSystemClock();
  const api = apiOf(options, settings.connectTimeoutMs);
  const community = resize(await loadCommunity(options.community), options);
  const start = options.start === undefined ? undefined : readTime(options.start);
  const catalogue = await loadCatalogue();

  const { site } = community;
  const output = process.stderr;
  output.write(
    `registering ${community.devices.length} devices of ${site.name} (${site.id}) at ${api.url}\n`,
  );
  const devices = await registerDevices({ api, ...community, credentialsFile: options.credentials });
  const account = options.connections === undefined ? undefined : await makeAccount(api, site.id);
  const ledger = options.ledger === undefined ? undefined : openLedger(options.ledger);
  const fleet = startFleet({
    url: options.broker,
    devices,
    catalogue,
    seed: options.seed,
    clock,
    settings,
    speed: options.speed,
    ...(start === undefined ? {} : { start }),
    connections: options.connections,
    account: account?.credentials,
    ledger,
    protocolVersion: options.mqtt5 ? 5 : 4,
    incidentEveryMs: options.incidents && options.incidents * 1000,
  });
  const rates = ["sent", "acknowledged"];
  const read = () => ({ ...fleet.stats() });
  const progress = startProgress({ output, clock, read, rates });
  let shownReject: string | undefined;
  const cancelRejects = clock.every(1000, () => {
    const reject = fleet.lastReject();
    if (reject !== undefined && reject !== shownReject) progress.say(`refused by the gateway: ${reject}`);
    shownReject = reject;
  });
  try {
    await fleet.ready;
    progress.say(`connected to ${brokerName(options)}; stop with Ctrl+C`);
    const limit =
      options.for === undefined
        ? []
        : [new Promise<void>((resolve) => clock.after(options.for! * 1000, resolve))];
    await Promise.race([aborted(signal), ...limit]);
  } finally {
    cancelRejects();
    await fleet.stop();
    progress.end();
    ledger?.close();
    await account?.remove();
  }
  return exitCodes.ok;
}

/** Another site id, and as many devices as wanted. */
function resize(community: Community, { site: id, devices: count }: SimulateOptions): Community {
  const site = id === undefined ? community.site : { id, name: id };
  if (count === undefined) return { ...community, site };
  const size = community.devices.length;
  const devices = Array.from({ length: count }, (_, index) => {
    const device = community.devices[index % size]!;
    const round = Math.floor(index / size);
    return round === 0
      ? device
      : { ...device, id: `${device.id}-r${round}`, name: `${device.name} ${round + 1}` };
  });
  return { ...community, site, devices };
}

function readTime(text: string): number {
  const time = Date.parse(text);
  if (!Number.isNaN(time)) return time;
  throw new GatewayError(
    "invalid-request",
    `--start "${text}" is not a time; write 2026-01-15T07:30:00+08:00`,
  );
}

/** A service account for one run. */
export async function makeAccount(api: Api, site: string) {
  const name = `simulate-${randomBytes(5).toString("hex")}`;
  const { credentials } = await api.post<{ credentials: { username: string; password: string } }>(
    "/accounts",
    {
      name,
      publish: [`linli/v1/${site}/#`],
      subscribe: sharedTopics({ devices: [{ site, kind: "", id: "" }] }),
    },
  );
  return { credentials, remove: () => api.remove(`/accounts/${name}`) };
}
