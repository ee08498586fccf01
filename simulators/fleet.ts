import type { Catalogue, Kind } from "../devices/kit/kind.ts";
import type { Clock } from "../gateway/clock.ts";
import { GatewayError } from "../gateway/errors.ts";
import { type Actor, type ActorMessage, createActor, type FleetDevice } from "./actor.ts";
import { createLines, type Line, openAll, openLine } from "./fleet-line.ts";
import { startIncidents } from "./incidents.ts";
import type { Ledger } from "./ledger.ts";
import { createRandom } from "./random.ts";
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
  /** How often a device gets into one of the conditions of its kind, ms; out of it after `incidentLastsMs`. */
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
  readonly id: string;
  readonly kind: Kind;
  readonly actor: Actor;
  readonly line: Line;
  /** Next moment of the simulation at which it steps. */
  due: number;
  /** Its connection has no room; it goes on when there is some. */
  waits: boolean;
}

/** Connects the devices and lets them live. Throws `invalid-request` for an unknown kind or missing credentials. */
export function startFleet(options: FleetOptions): Fleet {
  const { devices, clock, settings, ledger } = options;
  const speed = options.speed ?? 1;
  const startedAt = clock.now();
  const start = options.start ?? startedAt;
  // Four steps a second of real time where that is fine enough; never so long that one step fills the backlog.
  const stepMs = Math.min(Math.max(1000, 250 * speed), 60_000);
  const simulated = () => start + (clock.now() - startedAt) * speed;
  /** A player that is behind has not lived to now; what it said until then would all come at once. */
  const present = ({ due }: Player) => Math.min(simulated(), due);
  const toDeviceTime = (time: number) => Math.round(startedAt + (time - start) / speed);

  const counts = { sent: 0, acknowledged: 0, refused: 0, rejected: 0, commands: 0, delayed: 0 };
  let lastReject: string | undefined;
  let stopped = false;

  const lines = createLines(options);
  const players = devices.map((device, index): Player => {
    const kind = options.catalogue.get(device.kind);
    if (kind === undefined)
      throw new GatewayError("invalid-request", `device ${device.id} is of the unknown kind ${device.kind}`);
    const random = createRandom(`${options.seed}/${device.site}/${device.id}`);
    const line = lines[index % lines.length] as Line;
    const actor = createActor({ ...settings, device, kind, random, start, boot: startedAt, toDeviceTime });
    line.actors.push(actor);
    return { id: device.id, kind, actor, line, due: start + Math.floor(random() * stepMs), waits: false };
  });
  const byTopic = new Map(players.map((player) => [player.actor.topic, player]));
  const byId = new Map(players.map((player) => [player.id, player]));

  function send({ line }: Player, message: ActorMessage): void {
    if (line.connection === undefined) return;
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
    const reply = player.actor.answer(payload, present(player));
    if (reply !== undefined) send(player, reply);
  }

  function open(line: Line, index: number): void {
    openLine(line, index, {
      options,
      onMessage: receive,
      onConnect() {
        for (const actor of line.actors) send(byTopic.get(actor.topic)!, actor.status(true, clock.now()));
      },
    });
  }

  function advance(player: Player): void {
    const { actor } = player;
    const { connection } = player.line;
    const now = simulated();
    while (player.due <= now && !player.waits && connection !== undefined) {
      if (connection.hasRoom()) {
        for (const message of actor.step(player.due)) send(player, message);
        player.due += stepMs;
      } else {
        counts.delayed++;
        player.waits = true;
        void connection.room().then(() => {
          player.waits = false;
          if (!stopped) advance(player);
        });
      }
    }
  }

  function provoke(deviceId: string, condition: string): void {
    const player = byId.get(deviceId);
    if (player === undefined) throw new GatewayError("not-found", `the fleet has no device ${deviceId}`);
    if (stopped) return;
    for (const message of player.actor.provoke(condition, present(player))) send(player, message);
  }

  const ends: (() => void)[] = [];
  const ready = openAll({ lines, open, settings, clock, isStopped: () => stopped }).then(() => {
    if (stopped) return;
    // A device reports when it starts; without it, one that speaks twice an hour would be a blank until then.
    for (const { id } of players) provoke(id, "normal");
    ends.push(clock.every(settings.tickMs, () => players.forEach(advance)));
    const { incidentEveryMs: everyMs } = options;
    if (everyMs === undefined) return;
    const random = createRandom(`${options.seed}/incidents`);
    const candidates = players.map(({ id, kind }, i) => ({ id, kind, facts: devices[i]?.facts ?? {} }));
    const { incidentLastsMs: lastsMs, fireEveryMs } = settings;
    ends.push(startIncidents({ clock, random, everyMs, fireEveryMs, lastsMs, devices: candidates, provoke }));
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
    provoke,
    async stop(how = "leave") {
      stopped = true;
      for (const end of ends) end();
      const now = clock.now();
      if (how === "leave") for (const player of players) send(player, player.actor.status(false, now));
      await Promise.all(
        lines.map(({ connection }) => (how === "leave" ? connection?.end() : connection?.drop())),
      );
    },
  };
}
