import type { Api } from "../client/api.ts";
import type { Catalogue, Kind } from "../devices/kit/kind.ts";
import type { Clock } from "../gateway/clock.ts";
import { GatewayError } from "../gateway/errors.ts";
import { type Actor, type ActorMessage, createActor } from "./actor.ts";
import { type Connection, openConnection } from "./connection.ts";
import { createRandom } from "./random.ts";
import type { RegisteredDevice } from "./register.ts";
import type { Scenario } from "./scenario-file.ts";
import type { SimulatorSettings } from "./settings.ts";

/** A device on the stage. */
export interface Player {
  readonly id: string;
  readonly kind: Kind;
  readonly actor: Actor;
  /** Undefined while it has no power. */
  connection: Connection | undefined;
  /** How wrong its clock is, ms. */
  clockOffsetMs: number;
  /** Moment of its simulation, epoch ms. */
  lifeTime: number;
  lastSent: ActorMessage | undefined;
}

/** Everything that the steps of a scenario act on. */
export interface Stage {
  readonly site: string;
  readonly brokerUrl: string;
  readonly api: Api;
  readonly clock: Clock;
  readonly random: () => number;
  readonly settings: SimulatorSettings;
  /** Waits are this many times shorter. */
  readonly speed: number;
  readonly counts: { sent: number; acknowledged: number; refused: number; rejected: number };
  /** Players by a selection of the file. Throws `scenario-failed` when it selects nothing. */
  select(devices: string | readonly string[]): Player[];
  /** Sends in order and resolves when all are acknowledged; what is refused is counted. */
  send(player: Player, messages: readonly ActorMessage[]): Promise<void>;
  /** Opens the connection of a player and waits for it. */
  connect(player: Player): Promise<void>;
  wait(ms: number): Promise<void>;
  /** Ends every connection. */
  close(): Promise<void>;
}

/** What a stage is made of. */
export interface StageParts {
  readonly scenario: Scenario;
  readonly site: string;
  readonly devices: readonly RegisteredDevice[];
  readonly brokerUrl: string;
  readonly api: Api;
  readonly catalogue: Catalogue;
  readonly clock: Clock;
  readonly settings: SimulatorSettings;
  readonly speed: number;
}

/** Makes the stage; nobody is connected yet. */
export function createStage(parts: StageParts): Stage {
  const { scenario, site, devices, brokerUrl, api, catalogue, clock, settings, speed } = parts;
  const start = scenario.start === undefined ? clock.now() : Date.parse(scenario.start);
  const counts = { sent: 0, acknowledged: 0, refused: 0, rejected: 0 };
  const players = new Map(devices.map((device) => [device.id, createPlayer(device)]));

  function createPlayer(device: RegisteredDevice): Player {
    const kind = catalogue.get(device.kind);
    if (kind === undefined) throw new GatewayError("scenario-failed", `there is no kind ${device.kind}`);
    const player: Player = {
      id: device.id,
      kind,
      actor: createActor({
        ...settings,
        device,
        kind,
        random: createRandom(`${scenario.seed}/${device.id}`),
        start,
        boot: clock.now(),
        toDeviceTime: () => clock.now() + player.clockOffsetMs,
      }),
      connection: undefined,
      clockOffsetMs: 0,
      lifeTime: start,
      lastSent: undefined,
    };
    return player;
  }

  function select(wanted: string | readonly string[]): Player[] {
    const patterns = typeof wanted === "string" ? [wanted] : wanted;
    const chosen = patterns.flatMap((pattern) => {
      const some = [...players.values()].filter(({ id }) => matches(pattern, id));
      if (some.length === 0) {
        const known = [...players.keys()].slice(0, 20).join(", ");
        throw new GatewayError("scenario-failed", `"${pattern}" selects no device; there are ${known}`);
      }
      return some;
    });
    return [...new Set(chosen)];
  }

  async function send(player: Player, messages: readonly ActorMessage[]): Promise<void> {
    const { connection } = player;
    if (connection === undefined)
      throw new GatewayError("scenario-failed", `${player.id} sends without power; connect it first`);
    const sent: Promise<void>[] = [];
    for (const message of messages) {
      await connection.room();
      counts.sent++;
      player.lastSent = message;
      sent.push(
        connection.publish(message).then(
          () => void counts.acknowledged++,
          () => void counts.refused++,
        ),
      );
    }
    await Promise.all(sent);
  }

  async function connect(player: Player): Promise<void> {
    const { actor } = player;
    const credentials = actor.device.credentials as RegisteredDevice["credentials"];
    const connection = openConnection({
      url: brokerUrl,
      ...credentials,
      clientId: credentials.username,
      will: actor.will(),
      subscribe: [`${actor.topic}/command`, `${actor.topic}/reject`],
      random: createRandom(`${scenario.seed}/connection/${player.id}`),
      settings,
      onMessage(topic, payload) {
        if (topic.endsWith("/reject")) counts.rejected++;
        else {
          const reply = actor.answer(payload, player.lifeTime);
          if (reply !== undefined) connection.send(reply);
        }
      },
    });
    player.connection = connection;
    await connection.ready;
    await connection.publish(actor.status(true, clock.now() + player.clockOffsetMs));
  }

  return {
    site,
    brokerUrl,
    api,
    clock,
    random: createRandom(`${scenario.seed}/stage`),
    settings,
    speed,
    counts,
    select,
    send,
    connect,
    wait: (ms) => new Promise((resolve) => clock.after(ms, resolve)),
    async close() {
      await Promise.all([...players.values()].map(({ connection }) => connection?.end()));
    },
  };
}

function matches(pattern: string, id: string): boolean {
  if (pattern === "all") return true;
  return pattern.endsWith("*") ? id.startsWith(pattern.slice(0, -1)) : id === pattern;
}
