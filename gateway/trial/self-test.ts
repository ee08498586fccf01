import type { Clock } from "../clock.ts";
import { GatewayError, messageOf } from "../errors.ts";
import type { HttpDoor, MqttDoor, TrialResult, TrialStage } from "./contract.ts";
import { selfTestDevice, topicOf } from "./devices.ts";
import { trialPayload } from "./kind.ts";
import type { Sightings } from "./mark.ts";
import type { Pass } from "./pass.ts";
import { publishThrough } from "./publish.ts";
import type { TrialSettings } from "./settings.ts";
import { watchScreen } from "./watch-screen.ts";

/** What a test alarm goes through. */
export interface SelfTestParts {
  readonly pass: Pass;
  readonly sightings: Sightings;
  /** Undefined while no door is open. */
  readonly mqttDoor: () => MqttDoor | undefined;
  readonly httpDoor: () => HttpDoor | undefined;
  /** Resolves when the dispatcher of notifications has taken a probe and its pump ran; undefined: there is none to ask. */
  readonly probe: ((id: string) => Promise<void>) | undefined;
  /** Ends the test alarm inside of the path, whatever state the doors are in. */
  readonly clear: (id: string) => void;
  readonly settings: Pick<TrialSettings, "withinMs">;
  readonly clock: Pick<Clock, "now" | "after">;
  /** The gateway stops. */
  readonly stopped: AbortSignal;
  readonly newId: () => string;
}

/** The points that a test alarm passes, in order, each with the stage that is to blame when it is not passed. */
const points = [
  ["connected", "broker"],
  ["arrived", "broker"],
  ["judged", "judge"],
  ["durable", "journal"],
  ["acknowledged", "broker"],
  ["shown", "screen"],
  ["notified", "dispatcher"],
] as const satisfies readonly (readonly [string, TrialStage])[];

type Point = (typeof points)[number][0];

/** Why a point was not passed, where nobody has said it. */
const missing: Readonly<Record<Point, string>> = {
  connected: "no CONNACK",
  arrived: "the message did not come out of the broker",
  judged: "no alarm was made of the message",
  durable: "it did not become durable",
  acknowledged: "no PUBACK, although it is on disk",
  shown: "no screen was shown it",
  notified: "the dispatcher of notifications did not take it",
};

/**
 * Sends one test alarm the whole way: socket, broker, decode, validate, judge, journal, PUBACK, and from the alarm hook to a screen over
 * HTTP and to the dispatcher. Never rejects; takes `trial.withinMs` at most.
 */
export async function testPath(parts: SelfTestParts): Promise<TrialResult> {
  const { sightings, probe, clear, settings, clock, stopped } = parts;
  const id = parts.newId();
  const at = clock.now();
  const passed = new Map<Point, number>();
  const reasons = new Map<Point, string>();
  const over = new AbortController();
  const { signal } = over;
  const screenOpen = Promise.withResolvers<void>();
  const judged = Promise.withResolvers<void>();
  const cut = () => over.abort();
  stopped.addEventListener("abort", cut);
  const stops = [
    () => stopped.removeEventListener("abort", cut),
    clock.after(settings.withinMs, cut),
    // A screen that does not open must not keep the rest from being looked at.
    clock.after(settings.withinMs / 2, screenOpen.resolve),
    sightings.watch(id, (sight) => {
      pass(sight);
      if (sight === "judged") judged.resolve();
    }),
  ];

  function pass(point: Point): void {
    if (!signal.aborted && !passed.has(point)) passed.set(point, clock.now() - at);
  }

  /** Goes up to a point. What stopped it is worth telling unless it was the time that ran out. */
  async function go(point: Point, way: Promise<void>): Promise<void> {
    try {
      await way;
      pass(point);
    } catch (error) {
      if (!signal.aborted) reasons.set(point, messageOf(error));
    }
  }

  async function connected(): Promise<void> {
    pass("connected");
    await screenOpen.promise;
  }

  clear(id);
  const publish = go("acknowledged", publishAlarm(parts, { id, signal, connected })).then(() => {
    // Nothing follows from what did not get in.
    if (!passed.has("acknowledged")) over.abort();
  });
  const show = go(
    "shown",
    watchAlarm(parts, { id, signal, opened: screenOpen.resolve }).finally(screenOpen.resolve),
  );
  const notify =
    probe === undefined
      ? undefined
      : go(
          "notified",
          judged.promise.then(() => probe(id)),
        );
  await Promise.race([aborted(signal), Promise.all([publish, show, notify])]);
  for (const stop of stops) stop();
  over.abort();
  clear(id);
  const asked = points.filter(([point]) => point !== "notified" || probe !== undefined);
  return resultOf({ at, asked, passed, reasons });
}

function publishAlarm(
  { pass, mqttDoor }: SelfTestParts,
  { id, ...attempt }: { id: string; signal: AbortSignal; connected: () => Promise<void> },
): Promise<void> {
  const door = mqttDoor();
  if (door === undefined) return noDoor("MQTT");
  const message = { topic: topicOf(selfTestDevice), payload: trialPayload({ selfTest: id }, true) };
  return publishThrough({ door, clientId: `self-test-${id}`, ...pass, ...message, ...attempt });
}

function watchAlarm(
  { pass, httpDoor }: SelfTestParts,
  { id, ...attempt }: { id: string; signal: AbortSignal; opened: () => void },
): Promise<void> {
  const door = httpDoor();
  if (door === undefined) return noDoor("HTTP");
  return watchScreen({ door, token: pass.token, text: `"run":"${id}"`, ...attempt });
}

function noDoor(what: string): Promise<never> {
  return Promise.reject(new GatewayError("busy", `no port of ${what} is open`, { retryable: true }));
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}

function resultOf(run: {
  readonly at: number;
  readonly asked: readonly (typeof points)[number][];
  readonly passed: ReadonlyMap<Point, number>;
  readonly reasons: ReadonlyMap<Point, string>;
}): TrialResult {
  const { at, asked, passed, reasons } = run;
  const took: Partial<Record<TrialStage, number>> = {};
  for (const [point, stage] of asked) {
    const ms = passed.get(point);
    if (ms !== undefined) took[stage] = Math.max(took[stage] ?? 0, ms);
  }
  const stopped = asked.find(([point]) => !passed.has(point));
  if (stopped === undefined) return { ok: true, at, took };
  const [point, stage] = stopped;
  const said = stage === "broker" ? reasons.get("acknowledged") : reasons.get(point);
  return { ok: false, at, took, stage, reason: said ?? missing[point] };
}
