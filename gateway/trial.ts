import { randomBytes } from "node:crypto";
import type { Text } from "../devices/kit/kind.ts";
import type { Stage } from "./api/parts.ts";
import { GatewayError } from "./errors.ts";
import type { History } from "./history.ts";
import type { Knowledge } from "./knowledge.ts";
import type { Ports } from "./listeners.ts";
import { createOutbound } from "./notify/outbound.ts";
import type { Path } from "./path.ts";
import type { SharedParts } from "./shared-parts.ts";
import type { DrillDelivery } from "./trial/contract.ts";
import { startDeadMan } from "./trial/dead-man.ts";
import { createOwnDevices, drillStation, selfTestDevice, topicOf } from "./trial/devices.ts";
import { openDrillTable } from "./trial/drill-table.ts";
import { createDrills, type DrillDesk } from "./trial/drills.ts";
import { healthOf } from "./trial/health-stages.ts";
import { trialKindName, trialPayload, wordsOf } from "./trial/kind.ts";
import { createSightings, markTrials } from "./trial/mark.ts";
import { createPass, type Pass } from "./trial/pass.ts";
import { publishThrough } from "./trial/publish.ts";
import { testPath } from "./trial/self-test.ts";
import { createSelfTestWatch } from "./trial/self-test-watch.ts";
import { httpDoorOf, mqttDoorOf } from "./trial-doors.ts";
import type { Change, DeviceName, IncidentStep, KnownDevice, Message, Refusal, Trial } from "./types.ts";

/** What the path asks and tells of trials. */
export interface TrialHooks {
  /** The devices that stand for the gateway itself. */
  readonly ownDevice: (device: DeviceName) => KnownDevice | undefined;
  /** An alarm was made. */
  readonly judged: (change: Change) => void;
  /** A step of an incident was shown to so many screens. */
  readonly shown: (step: IncidentStep, screens: number) => void;
}

/** Self-tests, dead-man's switch and drills, joined to the rest. */
export interface Trials extends TrialHooks {
  readonly pass: Pass;
  readonly drills: DrillDesk;
  /** Stands before the path. */
  readonly accept: (message: Message, answer: (refusal: Refusal | undefined) => void) => void;
  /** What people read about the rules of the gateway's own devices. */
  readonly wordsOf: (rule: string) => { readonly title: Text; readonly advice: Text } | undefined;
  readonly health: () => readonly Stage[];
  /** The doors are open: takes up the drills that were, and begins to test. */
  start(): void;
}

/** What is made after the trials, and what others bring. */
interface Joined {
  readonly path: () => Pick<Path, "pipeline" | "incidentDesk" | "faults">;
  readonly ports: () => Ports;
  /** Resolves when the dispatcher of notifications has taken a probe and its pump ran. */
  readonly probe?: (id: string) => Promise<void>;
  /** What became of the notifications of an incident. */
  readonly deliveries?: (incident: string) => readonly DrillDelivery[];
}

/** How often drills are looked at, ms. */
const drillTickMs = 1_000;

/** Makes the trials; they begin with `start`. */
export function createTrials(
  shared: SharedParts,
  { catalogue, database, registry }: Pick<Knowledge, "catalogue" | "database" | "registry">,
  { journal, incidentBook }: Pick<History, "journal" | "incidentBook">,
  { path, ports, probe, deliveries = () => [] }: Joined,
): Trials {
  const { config, clock, log, metrics, newId, closers } = shared;
  const settings = config.trial;
  if (catalogue.has(trialKindName)) {
    const message = `the kind "${trialKindName}" stands for the gateway itself; give the file in devices/ another name`;
    throw new GatewayError("kind-invalid", message);
  }
  const pass = createPass(randomBytes);
  const sightings = createSightings();
  const mqttDoor = () => mqttDoorOf(ports(), config);
  const httpDoor = () => httpDoorOf(ports(), config);

  /** Ends an alarm without going through a door, which may be the very thing that is broken. */
  function clear(device: DeviceName, trial: Trial): void {
    const payload = Buffer.from(trialPayload(trial, false));
    const message = { topic: topicOf(device), payload, qos: 1, dup: false, will: false, trial } as const;
    path().pipeline.accept({ ...message, principal: undefined }, () => {});
  }

  const drills = createDrills({
    table: openDrillTable(database, settings),
    publish: ({ id, site }) => publishDrill({ id, site }),
    clear: ({ id, site }) => clear(drillStation(site), { drill: id }),
    incidents: incidentBook,
    endIncident: (action) => path().incidentDesk.endDrill(action),
    ...{ sightings, deliveries, settings, clock, newId, metrics, log },
  });

  async function publishDrill({ id, site }: { id: string; site: string }): Promise<void> {
    const door = mqttDoor();
    if (door === undefined) throw new GatewayError("busy", "no port of MQTT is open", { retryable: true });
    const over = new AbortController();
    const stop = clock.after(settings.withinMs, () => over.abort());
    const message = { topic: topicOf(drillStation(site)), payload: trialPayload({ drill: id }, true) };
    try {
      await publishThrough({
        ...{ door, ...pass, ...message, clientId: `drill-${id}`, signal: over.signal },
        connected: () => Promise.resolve(),
      });
    } finally {
      stop();
    }
  }

  const watch = createSelfTestWatch({
    test: (stopped) =>
      testPath({
        ...{ pass, sightings, mqttDoor, httpDoor, probe, settings, clock, stopped, newId },
        clear: (id) => clear(selfTestDevice, { selfTest: id }),
      }),
    stages: ["broker", "judge", "journal", "screen", ...(probe === undefined ? [] : ["dispatcher" as const])],
    onBroken: (isBroken, reason) => void path().faults.set("self-test-failed", isBroken, reason),
    ...{ settings, clock, metrics, log },
  });

  return {
    ownDevice: createOwnDevices((site) =>
      registry.site(site) === undefined ? undefined : drills.placeOf(site),
    ),
    judged({ step, selfTest, drill }) {
      if (step !== "raised") return;
      if (selfTest !== undefined) sightings.saw({ selfTest }, "judged");
      if (drill !== undefined) sightings.saw({ drill }, "judged");
    },
    shown: drills.shown,
    ...{ pass, drills },
    accept: markTrials((message, answer) => path().pipeline.accept(message, answer), sightings),
    wordsOf,
    health: () => healthOf(watch.state(), clock.now()),
    start() {
      drills.resume();
      // After the views: a drill has ended when the list of incidents says so too.
      const stopListening = journal.onCommit((_first, records) => {
        for (const record of records) {
          if (record.startsWith('{"type":"incident"')) drills.committed(JSON.parse(record) as IncidentStep);
        }
      });
      closers.add("drill listener", stopListening);
      closers.add("drills", drills.close);
      closers.add("drill timer", clock.every(drillTickMs, drills.tick));
      closers.add("self-test", watch.start());
      const { get } = createOutbound({ settings: config.notify, clock });
      const { isWorking } = watch;
      closers.add(
        "dead-man's switch",
        startDeadMan({ isWorking, get, settings: settings.deadMan, clock, metrics, log }),
      );
    },
  };
}
