import type { Kind, SimulatedMessage } from "../devices/kit/kind.ts";
import type { Outgoing } from "./connection.ts";
import type { LedgerEntry } from "./ledger.ts";

/** A device that a simulator plays. */
export interface FleetDevice {
  readonly site: string;
  readonly kind: string;
  readonly id: string;
  readonly facts?: Readonly<Record<string, number | boolean | string>> | undefined;
  /** MQTT user name and password; not needed where an account publishes for it. */
  readonly credentials?: { readonly username: string; readonly password: string } | undefined;
}

/** A message with the key under which the gateway will know it. */
export interface ActorMessage extends Outgoing {
  /** Absent for `status` and `reply`, which carry no number. */
  readonly entry?: LedgerEntry;
}

/** One simulated device: its traffic, numbered, without any connection. Depends on seed and time alone. */
export interface Actor {
  readonly device: FleetDevice;
  /** `linli/v1/site/kind/id` */
  readonly topic: string;
  /** What is due up to `now` (epoch ms of the simulation), oldest first. */
  step(now: number): ActorMessage[];
  /** Brings about a condition: the id of a rule, or `normal`. */
  provoke(condition: string, now: number): ActorMessage[];
  /** Answers the payload of a `command` message; undefined for one that is not readable. */
  answer(payload: Buffer, now: number): ActorMessage | undefined;
  /** Numbers a message that somebody else made up; its `ts` stays as it is. */
  number(message: SimulatedMessage): ActorMessage;
  status(online: boolean, ts: number): ActorMessage;
  /** The last will that goes with its connection. */
  will(): Outgoing;
  /** Starts again as after a loss of power: another boot, numbers from 0. */
  reboot(): void;
}

/** What an actor is made of. */
export interface ActorParts {
  readonly device: FleetDevice;
  readonly kind: Kind;
  readonly random: () => number;
  /** First moment of the simulation, epoch ms. */
  readonly start: number;
  /** Names this life of the device; must differ from every earlier one. */
  readonly boot: number;
  /** Turns a time of the simulation into the time that the device writes down. */
  readonly toDeviceTime: (simulated: number) => number;
  readonly rememberedCommands: number;
}

/** Makes a simulated device. */
export function createActor({
  device,
  kind,
  random,
  start,
  boot: firstBoot,
  toDeviceTime,
  rememberedCommands,
}: ActorParts): Actor {
  const name = `${device.site}/${device.kind}/${device.id}`;
  const topic = `linli/v1/${name}`;
  const simulator = kind.simulate({ random, facts: device.facts ?? {}, start });
  const sequence = { telemetry: 0, event: 0 };
  const answered = new Map<string, ActorMessage>();
  let boot = firstBoot;

  function number({ stream, payload }: SimulatedMessage): ActorMessage {
    const { ts, ...fields } = payload;
    const seq = sequence[stream]++;
    const entry = { device: name, stream, boot, seq, ts: typeof ts === "number" ? ts : 0 };
    const text = JSON.stringify({ ts, seq, boot, ...fields });
    return { topic: `${topic}/${stream}`, payload: text, qos: 1, entry };
  }

  function timed({ stream, payload }: SimulatedMessage): SimulatedMessage {
    return { stream, payload: { ...payload, ts: toDeviceTime(payload.ts as number) } };
  }

  return {
    device,
    topic,
    number,
    step: (now) => simulator.step(now).map(timed).map(number),
    provoke: (condition, now) => simulator.provoke(condition, now).map(timed).map(number),
    answer(payload, now) {
      const command = readCommand(payload);
      if (command === undefined) return undefined;
      const before = answered.get(command.id);
      if (before !== undefined) return before;
      const result = isExpired(command, toDeviceTime(now))
        ? { ok: false, error: "expired" }
        : simulator.command(command.name, command.args, now);
      const reply = JSON.stringify({ id: command.id, ...result });
      const message: ActorMessage = { topic: `${topic}/reply`, payload: reply, qos: 1 };
      answered.set(command.id, message);
      if (answered.size > rememberedCommands) answered.delete(answered.keys().next().value as string);
      return message;
    },
    status: (online, ts) => ({ topic: `${topic}/status`, payload: JSON.stringify({ online, ts }), qos: 1 }),
    will: () => ({ topic: `${topic}/status`, payload: '{"online":false}', qos: 1 }),
    reboot() {
      boot++;
      sequence.telemetry = 0;
      sequence.event = 0;
    },
  };
}

interface ReceivedCommand {
  readonly id: string;
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly expiresAt: unknown;
}

function readCommand(payload: Buffer): ReceivedCommand | undefined {
  let value: Record<string, unknown> | null;
  try {
    value = JSON.parse(payload.toString()) as Record<string, unknown> | null;
  } catch {
    return undefined;
  }
  const { id, name, args, expiresAt } = value ?? {};
  if (typeof id !== "string" || typeof name !== "string") return undefined;
  return { id, name, args: (args ?? {}) as ReceivedCommand["args"], expiresAt };
}

function isExpired({ expiresAt }: ReceivedCommand, now: number): boolean {
  const until = typeof expiresAt === "string" ? Date.parse(expiresAt) : expiresAt;
  return typeof until === "number" && until < now;
}
