import type { Gateway } from "../../../bench/support/gateway.ts";
import type { Identity } from "../../../bench/support/packets.ts";
import { createDeviceClient, type DeviceClient } from "./device-client.ts";
import type { Ledger } from "./ledger.ts";

/** What a device says; its talker adds `ts`, `seq` and `boot`. */
export interface Saying {
  readonly stream: "telemetry" | "event";
  readonly fields: Readonly<Record<string, unknown>>;
  /** How long ago it was measured, ms; now when absent. */
  readonly ageMs?: number;
}

/** Devices of one site with their clients, and what they say. */
export interface Town {
  readonly talkers: readonly Talker[];
  /** Lets about `perSecond` messages a second go out, spread over all devices, until `stop`. */
  talk(perSecond: number): void;
  /** No new messages; what waits is still sent again after a reconnect. */
  hush(): void;
  outstanding(): number;
  /** From PUBLISH to PUBACK, ms, of each message since the last call. */
  pubackTimes(): number[];
  stop(): void;
}

/** One device that talks. */
export interface Talker {
  readonly device: string;
  readonly client: DeviceClient;
  readonly identity: Identity;
  /** Message number `n` from 0 of its present boot, made now. */
  messageOf(n: number): { readonly topic: string; readonly payload: string };
  /** How many messages of its plan it has said. */
  said(): number;
  readonly plan: Plan;
  /** Says the next message of its plan, unless the connection is away or the window full. */
  say(): void;
  /** Cuts its power: another boot from now on, and what was not acknowledged is forgotten. */
  reboot(): void;
}

/** What the devices of one group say: message number `n` from 0, again and again. */
export interface Plan {
  readonly kind: string;
  readonly id: string;
  readonly say: (n: number) => Saying;
  /** Share of the turns that this device takes; 1 takes all. */
  readonly share: number;
  /** May lose its memory, and with it what was not acknowledged. */
  readonly mayReboot: boolean;
  /** The rule that messages 0, 2, 4 … raise and 1, 3, 5 … clear; undefined when nothing is to be raised. */
  readonly rule: string | undefined;
}

/** Registers a device for each plan and connects it. */
export async function openTown({
  gateway,
  site,
  plans,
  window,
  ledger,
  random,
  port,
}: {
  gateway: Gateway;
  site: string;
  plans: readonly Plan[];
  window: number;
  ledger: Ledger;
  random: () => number;
  port: number;
}): Promise<Town> {
  let times: number[] = [];
  await gateway.addSite(site);
  const added = await gateway.addDevices(
    site,
    plans.map(({ kind, id }) => ({ kind, id })),
  );
  const talkers = plans.map((plan, i) => {
    const device = `${site}/${plan.kind}/${plan.id}`;
    const { credentials } = added[i]!;
    const identity = { ...credentials, clientId: credentials.username };
    const client = createDeviceClient({ ...identity, port, window });
    let boots = 1;
    let seq = 0;
    let said = 0;

    function message({ stream, fields, ageMs = 0 }: Saying, key: { seq: number; boot: string }) {
      const payload = { ts: Date.now() - ageMs, seq: key.seq, boot: key.boot, ...fields };
      return { topic: `linli/v1/${device}/${stream}`, payload: JSON.stringify(payload) };
    }

    return {
      ...{ device, client, plan, identity },
      messageOf: (n: number) => message(plan.say(n), { seq: n + 1, boot: `b${boots}` }),
      said: () => said,
      say() {
        const key = { device, boot: `b${boots}`, seq: seq + 1 };
        const isSent = client.publish({
          ...message(plan.say(said), key),
          acknowledged(tookMs) {
            ledger.acknowledged(key);
            times.push(tookMs);
          },
        });
        if (!isSent) return;
        ledger.sent(key);
        seq += 1;
        said += 1;
      },
      reboot() {
        client.cutPower();
        boots += 1;
        seq = 0;
      },
    };
  });
  let timer: NodeJS.Timeout | undefined;

  return {
    talkers,
    talk(perSecond) {
      const startedAt = performance.now();
      let turns = 0;
      timer = setInterval(() => {
        const due = Math.floor(((performance.now() - startedAt) * perSecond) / 1000);
        // Turns that came while everything was blocked are skipped, so that a pause is not followed by a flood.
        turns = Math.max(turns, due - perSecond / 10);
        for (; turns < due; turns++) {
          const talker = talkers[Math.floor(random() * talkers.length)]!;
          if (random() < talker.plan.share) talker.say();
        }
      }, 2);
    },
    hush: () => clearInterval(timer),
    outstanding: () => talkers.reduce((sum, { client }) => sum + client.outstanding, 0),
    pubackTimes() {
      const taken = times;
      times = [];
      return taken;
    },
    stop() {
      clearInterval(timer);
      for (const { client } of talkers) client.stop();
    },
  };
}
