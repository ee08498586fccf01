import type { Clock } from "../gateway/clock.ts";
import { GatewayError } from "../gateway/errors.ts";
import type { Actor } from "./actor.ts";
import { type Connection, openConnection } from "./connection.ts";
import type { FleetOptions } from "./fleet.ts";
import { createRandom } from "./random.ts";
import type { SimulatorSettings } from "./settings.ts";

/** One connection of a fleet and the devices that speak over it. */
export interface Line {
  /** Undefined until its turn to be opened has come. */
  connection: Connection | undefined;
  readonly actors: Actor[];
}

/** Empty lines for a fleet: one for each device, or fewer. Throws `invalid-request` when fewer have no account. */
export function createLines({ connections, devices, account }: FleetOptions): Line[] {
  const count = Math.min(connections ?? devices.length, devices.length);
  if (count < devices.length && account === undefined) {
    const text = `${devices.length} devices over ${count} connections need a service account`;
    throw new GatewayError("invalid-request", text);
  }
  return Array.from({ length: count }, () => ({ connection: undefined, actors: [] }));
}

/** Opens the connection of a line. Throws `invalid-request` when its device has no credentials. */
export function openLine(
  line: Line,
  index: number,
  {
    options,
    onMessage,
    onConnect,
  }: {
    options: FleetOptions;
    onMessage: (topic: string, payload: Buffer) => void;
    onConnect: () => void;
  },
): void {
  const { account, settings, seed, url } = options;
  const only = line.actors[0] as Actor;
  const credentials = account ?? only.device.credentials;
  if (credentials === undefined) {
    throw new GatewayError("invalid-request", `device ${only.device.id} has no credentials`);
  }
  line.connection = openConnection({
    url,
    ...credentials,
    clientId: account === undefined ? credentials.username : `${account.username}-fleet-${index}`,
    will: account === undefined ? only.will() : undefined,
    subscribe: account === undefined ? downTopics(only.topic) : index === 0 ? sharedTopics(options) : [],
    protocolVersion: options.protocolVersion ?? 4,
    random: createRandom(`${seed}/connection/${index}`),
    settings,
    onMessage,
    onConnect,
  });
}

/** Opens lines at a bounded rate, and waits for all of them. */
export async function openAll(parts: {
  lines: readonly Line[];
  open: (line: Line, index: number) => void;
  settings: SimulatorSettings;
  clock: Clock;
  isStopped: () => boolean;
}): Promise<void> {
  const { lines, open, settings, clock, isStopped } = parts;
  const groupsPerSecond = 20;
  const groupSize = Math.max(1, Math.floor(settings.connectsPerSecond / groupsPerSecond));
  for (let from = 0; from < lines.length; from += groupSize) {
    if (from > 0) await new Promise<void>((resolve) => clock.after(1000 / groupsPerSecond, resolve));
    if (isStopped()) return;
    for (const [offset, line] of lines.slice(from, from + groupSize).entries()) open(line, from + offset);
  }
  await Promise.all(lines.map(({ connection }) => connection?.ready));
}

/** The filters that the account of a shared fleet needs, to subscribe to. One connection listens for all. */
export function sharedTopics({ devices }: Pick<FleetOptions, "devices">): string[] {
  const sites = [...new Set(devices.map(({ site }) => site))];
  return sites.flatMap((site) => downTopics(`linli/v1/${site}/+/+`));
}

function downTopics(topic: string): string[] {
  return [`${topic}/command`, `${topic}/reject`];
}
