import type { Catalogue } from "../devices/kit/kind.ts";
import type { Clock } from "../gateway/clock.ts";
import { GatewayError } from "../gateway/errors.ts";
import { type Actor, type ActorMessage, createActor, type FleetDevice } from "./actor.ts";
import { type Connection, openConnection } from "./connection.ts";
import type { Ledger } from "./ledger.ts";
import { createRandom, pick } from "./random.ts";
import type { SimulatorSettings } from "./settings.ts";

/** What a fleet plays, and against whom. */
export interface FleetOptions {
  readonly url: string;
  readonly devices: readonly FleetDevice[];
  readonly catalogue: Catalogue;
  /** The same seed and `start` make the same traffic. */
  readonly seed: string;
  readonly clock: Clock;
  readonly settings: SimulatorSettings;
  /** How many times faster than life the devices live; they still write down real times. Default 1. */
  readonly speed?: number;
  /** First moment of the simulation, epoch ms; default now. */
  readonly start?: number;
  /** Default: one for each device. Fewer need an `account` that may publish for all of them. */
  readonly connections?: number | undefined;
  readonly account?: { readonly username: string; readonly password: string } | undefined;
  readonly protocolVersion?: 4 | 5;
  readonly ledger?: Ledger | undefined;
  /** Now and then one device gets into one of the conditions of its kind, and out of it after half the time. */
  readonly incidentEveryMs?: number | undefined;
}

/** Counts of a fleet since its start. */
export interface FleetStats {
  readonly devices: number;
  readonly connections: number;
  readonly connected: number;
  readonly sent: number;
  readonly acknowledged: number;
  /** Publishes that failed: refused by the broker or given up at the end. */
  readonly refused: number;
  /** Messages of the gateway on `reject`. */
  readonly rejected: number;
  readonly commands: number;
  readonly inFlight: number;
  /** Steps put off because the connection had no room. */
  readonly delayed: number;
  readonly losses: number;
}

/** Simulated devices that are connected. */
export interface Fleet {
  /** Resolves when every connection is up; rejects with `broker-refused` for the first that is not. */
  readonly ready: Promise<void>;
  stats(): FleetStats;
  /** What the gateway last said on `reject`, for people to read. */
  lastReject(): string | undefined;
  /** Puts a device into a condition: the id of a rule of its kind, or `normal`. Throws `not-found`. */
  provoke(deviceId: string, condition: string): void;
  /** `leave`: devices say goodbye. `vanish`: connections break as in a power cut. */
  stop(how?: "leave" | "vanish"): Promise<void>;
}

interface Player {
  readonly actor: Actor;
  readonly line: Line;
  /** Next moment of the simulation at which it steps. */
  due: number;
}

interface Line {
  connection: Connection;
  readonly actors: Actor[];
}

/** Connects the devices and lets them live. Throws `invalid-request` for an unknown kind or missing credentials. */
export function startFleet(options: FleetOptions): Fleet {
  const { devices, clock, settings, ledger } = options;
  const speed = options.speed ?? 1;
  const startedAt = clock.now();
  const start = options.start ?? startedAt;
  // Fixed steps make the traffic independent of timers; at least four a second of real time.
  const stepMs = Math.max(1000, Math.round(250 * speed));
  const simulated = () => start + (clock.now() - startedAt) * speed;
  const toDeviceTime = (time: number) => Math.round(startedAt + (time - start) / speed);

  const counts = { sent: 0, acknowledged: 0, refused: 0, rejected: 0, commands: 0, delayed: 0 };
  let lastReject: string | undefined;
  let stopped = false;

  const lines = Array.from(
    { length: lineCount(options) },
    (): Line => ({ connection: undefined as never, actors: [] }),
  );
  const players = devices.map((device, index): Player => {
    const kind = options.catalogue.get(device.kind);
    if (kind === undefined)
      throw new GatewayError("invalid-request", `device ${device.id} is of the unknown kind ${device.kind}`);
    const random = createRandom(`${options.seed}/${device.site}/${device.id}`);
    const boot = Math.floor(startedAt / 1000);
    const line = lines[index % lines.length] as Line;
    const actor = createActor({ ...settings, device, kind, random, start, boot, toDeviceTime });
    line.actors.push(actor);
    return { actor, line, due: start + Math.floor(random() * stepMs) };
  });
  const byTopic = new Map(players.map((player) => [player.actor.topic, player]));
  const byId = new Map(players.map((player) => [player.actor.device.id, player]));

  function send({ line }: Player, message: ActorMessage): void {
    counts.sent++;
    line.connection.send(message, (failure) => {
      if (failure !== undefined) {
        counts.refused++;
        return;
      }
      counts.acknowledged++;
      if (message.entry !== undefined) ledger?.add(message.entry);
    });
  }

  function receive(topic: string, payload: Buffer): void {
    const cut = topic.lastIndexOf("/");
    const player = byTopic.get(topic.slice(0, cut));
    if (player === undefined) return;
    if (topic.slice(cut + 1) === "reject") {
      counts.rejected++;
      lastReject = `${player.actor.topic}: ${payload.toString("utf8", 0, 300)}`;
      return;
    }
    counts.commands++;
    const reply = player.actor.answer(payload, simulated());
    if (reply !== undefined) send(player, reply);
  }

  function open(line: Line, index: number): void {
    const shared = options.account !== undefined && options.connections !== undefined;
    const only = line.actors[0] as Actor;
    const credentials = shared ? options.account : only.device.credentials;
    if (credentials === undefined)
      throw new GatewayError("invalid-request", `device ${only.device.id} has no credentials`);
    line.connection = openConnection({
      url: options.url,
      ...credentials,
      clientId: shared ? `${credentials.username}-fleet-${index}` : credentials.username,
      will: shared ? undefined : only.will(),
      subscribe: line.actors.flatMap(({ topic }) => [`${topic}/command`, `${topic}/reject`]),
      protocolVersion: options.protocolVersion ?? 4,
      random: createRandom(`${options.seed}/connection/${index}`),
      settings,
      onMessage: receive,
      onConnect: () => {
        for (const actor of line.actors) {
          send(byTopic.get(actor.topic) as Player, actor.status(true, clock.now()));
        }
      },
    });
  }

  function tick(): void {
    const now = simulated();
    for (const player of players) {
      while (player.due <= now) {
        if (player.line.connection?.hasRoom() !== true) {
          counts.delayed++;
          break;
        }
        for (const message of player.actor.step(player.due)) send(player, message);
        player.due += stepMs;
      }
    }
  }

  const chance = createRandom(`${options.seed}/incidents`);
  function incident(): void {
    const player = pick(chance, players);
    const rules =
      options.catalogue.get(player.actor.device.kind)?.rules.filter((rule) => rule.quiet === undefined) ?? [];
    if (rules.length === 0) return;
    provoke(player, pick(chance, rules).id);
    timers.push(clock.after((options.incidentEveryMs ?? 0) / 2, () => provoke(player, "normal")));
    if (timers.length > 100) timers.splice(2, 50);
  }

  function provoke(player: Player, condition: string): void {
    if (stopped) return;
    for (const message of player.actor.provoke(condition, simulated())) send(player, message);
  }

  const timers: (() => void)[] = [];
  const ready = openAll({ lines, open, settings, clock, isStopped: () => stopped }).then(() => {
    if (stopped) return;
    timers.push(clock.every(settings.tickMs, tick));
    if (options.incidentEveryMs !== undefined) timers.push(clock.every(options.incidentEveryMs, incident));
  });
  ready.catch(() => {});

  return {
    ready,
    lastReject: () => lastReject,
    stats() {
      const open = lines.flatMap(({ connection }) => connection ?? []);
      return {
        ...counts,
        devices: devices.length,
        connections: lines.length,
        connected: open.filter((connection) => connection.isConnected()).length,
        inFlight: open.reduce((sum, connection) => sum + connection.outstanding(), 0),
        losses: open.reduce((sum, connection) => sum + connection.losses(), 0),
      };
    },
    provoke(deviceId, condition) {
      const player = byId.get(deviceId);
      if (player === undefined) throw new GatewayError("not-found", `the fleet has no device ${deviceId}`);
      provoke(player, condition);
    },
    async stop(how = "leave") {
      stopped = true;
      for (const cancel of timers) cancel();
      const now = clock.now();
      const open = lines.filter(({ connection }) => connection !== undefined);
      if (how === "leave") {
        for (const player of players)
          if (player.line.connection) send(player, player.actor.status(false, now));
      }
      await Promise.all(
        open.map(({ connection }) => (how === "leave" ? connection.end() : connection.drop())),
      );
    },
  };
}

function lineCount({ connections, devices, account }: FleetOptions): number {
  const count = Math.min(connections ?? devices.length, devices.length);
  if (count < devices.length && account === undefined) {
    throw new GatewayError(
      "invalid-request",
      `${devices.length} devices over ${count} connections need a service account`,
    );
  }
  return count;
}

/** Opens the connections at a bounded rate, and waits for all of them. */
async function openAll(parts: {
  lines: readonly Line[];
  open: (line: Line, index: number) => void;
  settings: SimulatorSettings;
  clock: Clock;
  isStopped: () => boolean;
}): Promise<void> {
  const { lines, open, settings, clock, isStopped } = parts;
  const groupSize = Math.max(1, Math.floor(settings.connectsPerSecond / 20));
  for (let from = 0; from < lines.length && !isStopped(); from += groupSize) {
    if (from > 0) await new Promise<void>((resolve) => clock.after(50, resolve));
    if (isStopped()) return;
    for (let i = from; i < Math.min(from + groupSize, lines.length); i++) open(lines[i] as Line, i);
  }
  await Promise.all(lines.map(({ connection }) => connection?.ready));
}
