import { join } from "node:path";
import { type Api, createApi } from "../../client/api.ts";
import { loadCatalogue } from "../../devices/kit/catalogue.ts";
import type { Kind } from "../../devices/kit/kind.ts";
import { loadCommunity } from "../../simulators/community.ts";
import { type FleetStats, startFleet } from "../../simulators/fleet.ts";
import { type RegisteredDevice, registerDevices } from "../../simulators/register.ts";
import { registerPlans } from "../../simulators/register-plans.ts";
import { simulatorSettings } from "../../simulators/settings.ts";
import { createSystemClock } from "../clock.ts";
import { GatewayError } from "../errors.ts";
import { createDemoCrew } from "./demo-crew.ts";
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

/** As whom the made-up crew stands in the records. */
const crewName = "模拟值守人员";
/** How often the crew looks what is to be done, ms. */
const crewEveryMs = 5_000;
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
  await registerPlans(api, community.site.id, community.plans);
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
  const crew = await hireCrew({
    ...{ url, site: community.site.id, timeoutMs: settings.connectTimeoutMs },
    admin: api,
  });
  return {
    site: community.site,
    visitor: { ...visitor, definition },
    stats: () => fleet.stats(),
    async stop() {
      crew.stop();
      await fleet.stop("leave");
    },
  };
}

/** Gives the crew a token of its own and lets it work until it is stopped. */
async function hireCrew({ url, admin, site, timeoutMs }: HiredParts): Promise<{ stop(): void }> {
  for (const { id, name } of await admin.all<{ id: string; name: string }>("/tokens"))
    if (name === crewName) await admin.remove(`/tokens/${id}`);
  const made = await admin.post<{ token: string }>("/tokens", { name: crewName, role: "firefighter", site });
  const api = createApi({ url, token: made.token, timeoutMs });
  const crew = createDemoCrew({ api, site, name: crewName, now: Date.now, random: Math.random });
  let isStopped = false;
  let timer = setTimeout(work, crewEveryMs);
  async function work(): Promise<void> {
    // A gateway that refuses or is being stopped is asked again.
    await crew.look().catch(() => undefined);
    if (!isStopped) timer = setTimeout(work, crewEveryMs);
  }
  return {
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}

interface HiredParts {
  readonly url: string;
  readonly admin: Api;
  readonly site: string;
  readonly timeoutMs: number;
}
