import { compileFields } from "../devices/kit/fields.ts";
import type { IncidentDesk } from "./alert/contract.ts";
import { createDesk, type Desk } from "./alert/desk.ts";
import { createFaults, type Faults } from "./alert/faults.ts";
import { createIncidentDesk } from "./alert/incident/desk.ts";
import type { IncidentSettings } from "./alert/incident/settings.ts";
import { createIncidentWatch } from "./alert/incident/watch.ts";
import { createJudge } from "./alert/judge.ts";
import { createPhases } from "./alert/phases.ts";
import { createQuiet } from "./alert/quiet.ts";
import { openChannels } from "./channels.ts";
import { createCheckpointer } from "./checkpoint.ts";
import { createDeviceStates, type DeviceStates } from "./device-state.ts";
import { createHappenings, type Happenings } from "./happenings.ts";
import type { History } from "./history.ts";
import type { Reply } from "./ingest/status.ts";
import type { Knowledge } from "./knowledge.ts";
import { createAlarm } from "./notify/alarm.ts";
import { createTaker } from "./outcome.ts";
import { createPathMetrics } from "./path-metrics.ts";
import { createPipeline, type Pipeline } from "./pipeline.ts";
import { restoreStates } from "./restore.ts";
import type { SharedParts } from "./shared-parts.ts";
import { openCheckpoints } from "./state/checkpoints.ts";
import type { SiteTimes } from "./state/incident-times.ts";
import type { TrialHooks } from "./trial.ts";
import type { DeviceName } from "./types.ts";

/** The path of a message with everything that it remembers. */
export interface Path {
  readonly states: DeviceStates;
  readonly pipeline: Pipeline;
  readonly happenings: Happenings;
  /** What people do with alerts. */
  readonly desk: Desk;
  /** What a crew does about incidents. */
  readonly incidentDesk: IncidentDesk;
  /** Alerts about the gateway itself. */
  readonly faults: Pick<Faults, "set">;
}

/** How long after a start a fault of the last run may take to show again, ms. */
const settleMs = 60_000;

/** Brings every device's state to where the journal ends, and makes the path. */
export async function openPath(
  shared: SharedParts,
  knowledge: Pick<Knowledge, "database" | "registry" | "persons" | "clean" | "incidentTimes">,
  history: Pick<History, "journal" | "book" | "incidentBook" | "views" | "hub">,
  trial: TrialHooks,
  replied: (device: DeviceName, reply: Reply) => void,
): Promise<Path> {
  const { config, clock, log, metrics, newId, closers } = shared;
  const { database, registry, persons, clean, incidentTimes } = knowledge;
  const { journal, book, incidentBook, views, hub } = history;
  const { ingest: settings, alert } = config;
  const { lateAfterMs } = alert.judge;

  const phases = createPhases();
  const find = (device: DeviceName) => registry.device(device) ?? trial.ownDevice(device);
  const judge = createJudge({ phases, find, clock, newId, metrics, log, settings: alert.judge });
  const quiet = createQuiet({ phases, clock, newId, metrics, log, settings: alert.quiet });

  const checkpoints = openCheckpoints({ database });
  const states = createDeviceStates({
    registry,
    ownDevice: trial.ownDevice,
    checkpoints,
    compile: compileFields,
    settings,
    hashPerson: persons.of,
  });
  judge.restore(book.standing(), (device) => states.find(device)?.rules);
  const records = await restoreStates({ journal, checkpoints, states, judge, settings, lateAfterMs });
  log.info({ records }, "device states restored");
  for (const { known, twin } of states.all()) quiet.watch(known, twin);
  const checkpointer = createCheckpointer({ journal, checkpoints, states, log });
  closers.add("device states", () => checkpointer.save());
  closers.add(
    "checkpoint timer",
    clock.every(config.checkpointMs, () => void checkpointer.save()),
  );

  const incidents = createIncidentWatch({
    ...{ open: incidentBook.open(), settings: alert.incident, newId, metrics, log },
    timesOf: (site) => withDefaults(incidentTimes.of(site), alert.incident),
  });
  const channels = openChannels(shared, knowledge, { hub }, (reason) => {
    void faults.set("webhook-failed", reason !== undefined, reason ?? "taken again");
  });
  const alarm = createAlarm({ channels, metrics, log });
  const take = createTaker({
    states,
    alarm(change) {
      trial.judged(change);
      // Of a self-test the gateway itself is told, and nobody else.
      if (change.selfTest === undefined) alarm(change);
      else hub.urgent(change);
    },
    incident: incidents.raised,
    show: (step) => trial.shown(step, hub.urgent(step)),
  });
  const pipeline = createPipeline({
    ...{ states, judge, quiet, take, journal, clock, newId, log, settings, lateAfterMs, replied, clean },
    metrics: createPathMetrics(metrics),
  });
  const happenings = createHappenings({ states, judge, quiet, incidents, take, journal, clock });
  const { report } = happenings;
  void report(judge.clearOrphans());
  registry.onDevice((device, known) => {
    void report(judge.forget({ device }));
    if (known === undefined) quiet.forget(device);
    else quiet.watch(known);
  });

  const faults = createFaults({ report, clock, newId, settings: alert.faults, standing: book.standing() });
  journal.onFault(({ fault, active, message }) => void faults.set(fault, active, message));
  views.onFailing((isFailing, reason) => void faults.set("view-failed", isFailing, reason));
  closers.add(
    "fault timer",
    clock.after(settleMs, () => void faults.settle()),
  );
  const desk = createDesk({
    ...{ book, clock, newId },
    maxComments: alert.book.maxComments,
    report(changes) {
      for (const change of changes) faults.follow(change);
      return report(changes);
    },
  });
  const incidentDesk = createIncidentDesk({
    ...{ book: incidentBook, watch: incidents, report: happenings.reportIncident, clock, newId },
    acknowledgeAlert: (action) => desk.acknowledge(action),
  });
  return { states, pipeline, happenings, desk, incidentDesk, faults };
}

function withDefaults(own: SiteTimes, { acknowledgeMs, arriveMs, controlMs }: IncidentSettings) {
  const { acknowledge = acknowledgeMs, arrive = arriveMs, control = controlMs } = own;
  return { acknowledge, arrive, control };
}
