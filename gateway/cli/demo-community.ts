import { join } from "node:path";
import { createApi } from "../../client/api.ts";
import { loadCatalogue } from "../../devices/kit/catalogue.ts";
import type { Kind } from "../../devices/kit/kind.ts";
import { loadCommunity } from "../../simulators/community.ts";
import { type FleetStats, startFleet } from "../../simulators/fleet.ts";
import { type RegisteredDevice, registerDevices } from "../../simulators/register.ts";
import { simulatorSettings } from "../../simulators/settings.ts";
import { createSystemClock } from "../clock.ts";
import { GatewayError } from "../errors.ts";
import { fillDemoDuty } from "./demo-duty.ts";

/** The simulated community of the demo, connected and living. */
export interface DemoCommunity {
  readonly site: { readonly id: string; readonly name: string };
  /** A device that no simulator plays, for the visitor to play himself. */
  readonly visitor: RegisteredDevice & { readonly definition: Kind };
  stats(): FleetStats;
  stop(): Promise<void>;
}

interface Parts {
  readonly url: string;
  readonly broker: string;
  readonly token: string;
  readonly speed: number;
  /** Where the devices' passwords are kept between two demos. */
  readonly directory: string;
}

/** How often one of the devices gets into trouble, ms. */
const incidentEveryMs = 10_000;

/** Registers the community at the gateway through its API, as any program would, and connects it over TCP. */
export async function startCommunity({
  url,
  broker,
  token,
  speed,
  directory,
}: Parts): Promise<DemoCommunity> {
  const settings = simulatorSettings.parse({});
  const catalogue = await loadCatalogue();
  const community = await loadCommunity();
  const api = createApi({ url, token, timeoutMs: settings.connectTimeoutMs });
  const { kind, facts } = community.devices[0] ?? {};
  const definition = catalogue.get(kind ?? "");
  if (kind === undefined || definition === undefined) {
    throw new GatewayError("internal", "the demo community has no device of a known kind");
  }
  const own = { kind, id: "try-me", name: "试一试", facts };
  const registered = await registerDevices({
    api,
    ...community,
    devices: [...community.devices, own],
    credentialsFile: join(directory, "demo-credentials.json"),
  });
  const canAnswer = (kind: string) => catalogue.get(kind)?.dutyCheck !== undefined;
  await fillDemoDuty({
    ...{ api, site: community.site.id, buildings: community.buildings, now: Date.now() },
    stations: community.devices.flatMap(({ kind, id }) => (canAnswer(kind) ? [id] : [])),
  });
  const visitor = registered.at(-1) as RegisteredDevice;
  const fleet = startFleet({
    url: broker,
    devices: registered.slice(0, -1),
    catalogue,
    seed: community.site.id,
    clock: createSystemClock(),
    settings,
    speed,
    incidentEveryMs,
  });
  await fleet.ready;
  return {
    site: community.site,
    visitor: { ...visitor, definition },
    stats: () => fleet.stats(),
    stop: () => fleet.stop("leave"),
  };
}
