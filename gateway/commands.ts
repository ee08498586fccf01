import type { Downlink } from "./broker/contract.ts";
import type { Clock } from "./clock.ts";
import { GatewayError } from "./errors.ts";
import type { Reply } from "./ingest/status.ts";
import { downTopic } from "./ingest/topic.ts";
import type { Log } from "./log.ts";
import type { Command, CommandView } from "./state/contract.ts";
import type { CommandStep, DeviceName } from "./types.ts";

/** Brings commands to devices: queued → sent → acknowledged → done, failed or expired. */
export interface Commands {
  /** Takes a command; resolves when it is on disk. It is sent at once when the device is connected. */
  send(order: CommandOrder): Promise<Command>;
  /** The device can take commands now: sends what waits and is not too old. */
  deviceReady(device: DeviceName): void;
  /** The device's MQTT client acknowledged the message that carried the command. */
  delivered(device: DeviceName, command: string): void;
  /** The device answered. */
  replied(device: DeviceName, reply: Reply): void;
  /** Ends what is too old. */
  tick(): void;
}

/** A command as a person asks for it; name, arguments and age are already checked against the kind. */
export interface CommandOrder {
  readonly device: DeviceName;
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly by: string;
  readonly maxAgeMs: number;
}

interface Parts {
  readonly view: Pick<CommandView, "find" | "open">;
  /** Journals a step; resolves when it is on disk and in the view. */
  readonly report: (step: CommandStep) => Promise<void>;
  /** Publishes to the device when it is connected; false when it is away. */
  readonly publish: (command: Open) => boolean;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly log: Log;
  readonly maxOpen: number;
}

/** A command that has not ended. */
export interface Open {
  readonly id: string;
  readonly device: DeviceName;
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly expiresAt: number;
  state: CommandStep["step"];
}

/** Makes the desk that sends commands; takes up those that were open at the last stop. */
export function createCommands(parts: Parts): Commands {
  const { view, report, publish, clock, newId, log, maxOpen } = parts;
  const open = new Map<string, Open>();
  const isQueuing = new Set<string>();
  for (const command of view.open()) open.set(command.id, { ...command });

  function step(command: Open, next: CommandStep["step"], more: Partial<CommandStep> = {}): Promise<void> {
    command.state = next;
    if (ends.has(next)) open.delete(command.id);
    return report({ id: command.id, step: next, device: command.device, at: clock.now(), ...more });
  }

  function trySending(command: Open): void {
    // Not before it is on disk, and not after it has ended.
    if (isQueuing.has(command.id) || !open.has(command.id)) return;
    if (clock.now() >= command.expiresAt || !publish(command)) return;
    if (command.state === "queued") void step(command, "sent");
  }

  return {
    async send({ device, name, args, by, maxAgeMs }) {
      if (open.size >= maxOpen) {
        throw new GatewayError(
          "limit-reached",
          `${maxOpen} commands wait already; none more is taken until some end`,
          {
            retryable: true,
          },
        );
      }
      const id = newId();
      const queuedAt = clock.now();
      const expiresAt = queuedAt + maxAgeMs;
      const command: Open = { id, device, name, args, expiresAt, state: "queued" };
      open.set(id, command);
      isQueuing.add(id);
      await step(command, "queued", { name, args, expiresAt, by });
      isQueuing.delete(id);
      trySending(command);
      // The list may lag behind while its database refuses; the command is on disk and goes its way all the same.
      return (
        view.find(id) ?? { ...command, by, queuedAt, sentAt: undefined, endedAt: undefined, error: undefined }
      );
    },
    deviceReady(device) {
      for (const command of open.values()) {
        if (command.device === device && command.state !== "acknowledged") trySending(command);
      }
    },
    delivered(device, id) {
      const command = open.get(id);
      if (command?.device !== device) return;
      if (command.state === "sent" || command.state === "queued") void step(command, "acknowledged");
    },
    replied(device, { id, ok, error }) {
      const command = open.get(id);
      if (command?.device !== device) {
        log.debug({ device, command: id }, "reply to a command that is not open");
        return;
      }
      void step(command, ok ? "done" : "failed", ok ? {} : { error: error ?? "the device gave no reason" });
    },
    tick() {
      const now = clock.now();
      for (const command of open.values()) {
        if (now >= command.expiresAt) void step(command, "expired");
      }
    },
  };
}

const ends: ReadonlySet<CommandStep["step"]> = new Set(["done", "failed", "expired"]);

/** The MQTT message that carries a command, and the user name under which its device is connected. */
export function commandMessage({ id, device, name, args, expiresAt }: Open): Downlink & { username: string } {
  const [site, , own] = device.split("/");
  const payload = JSON.stringify({ id, name, args, expiresAt });
  const topic = downTopic(device, "command");
  return { topic, payload, qos: 1, expiresAt, token: id, username: `${site}/${own}` };
}
