import { compileFields } from "../devices/kit/fields.ts";
import { createAddedAlerts } from "./alert/added.ts";
import type { IncidentDesk, MuteDesk, Quiet } from "./alert/contract.ts";
import { createDesk, type Desk } from "./alert/desk.ts";
import { createFaults, type Faults } from "./alert/faults.ts";
import { createIncidentDesk } from "./alert/incident/desk.ts";
import { createFalseAlarmLook } from "./alert/incident/false-alarms.ts";
import { createIncidentWatch } from "./alert/incident/watch.ts";
import { createJudge } from "./alert/judge.ts";
import { createMuteDesk } from "./alert/mute/desk.ts";
import { createMarks } from "./alert/mute/marks.ts";
import { createPhases } from "./alert/phases.ts";
import { createQuiet } from "./alert/quiet.ts";
import { createCheckpointer } from "./checkpoint.ts";
import type { CommandOrder } from "./commands.ts";
import { createDeviceStates, type DeviceStates } from "./device-state.ts";
import { createDutyDesk } from "./duty/check-desk.ts";
import type { DutyCheck, DutyDesk } from "./duty/contract.ts";
import { openDutyPath } from "./duty-path.ts";
import { createHappenings, type Happenings } from "./happenings.ts";
import type { History } from "./history.ts";
import type { Reply } from "./ingest/status.ts";
import type { Knowledge } from "./knowledge.ts";
import { createTaker } from "./outcome.ts";
import { createPathMetrics } from "./path-metrics.ts";
import { createPipeline, type Pipeline } from "./pipeline.ts";
import { restoreStates } from "./restore.ts";
import type { SharedParts } from "./shared-parts.ts";
import { openCheckpoints } from "./state/checkpoints.ts";
import type { Telling } from "./telling.ts";
import type { TrialHooks } from "./trial.ts";
import type { Change, DeviceName, IncidentStep } from "./types.ts";

/** The path of a message with everything that it remembers. */
export interface Path {
  readonly states: DeviceStates;
  readonly pipeline: Pipeline;
  readonly happenings: Happenings;
  /** What people do with alerts. */
  readonly desk: Desk;
  /** What a crew does about incidents. */
  readonly incidentDesk: IncidentDesk;
  /** What people do about duty checks. */
  readonly dutyDesk: DutyDesk;
  /** Duty checks that wait for an answer. */
  readonly openDutyChecks: () => readonly DutyCheck[];
  /** What people do with windows in which nobody is told of what is below critical. */
  readonly muteDesk: MuteDesk;
  /** What is cut off with a device that is down. */
  readonly affected: Quiet["affected"];
  /** Alerts about the gateway itself. */
  readonly faults: Pick<Faults, "set">;
}

/** What of the path leads to parts that are made after it. */
export interface PathLinks {
  readonly trials: TrialHooks;
  /** A device answered a command. */
  readonly replied: (device: DeviceName, reply: Reply) => void;
  /** Sends a command to a device. */
  readonly send: (order: CommandOrder) => Promise<unknown>;
}

/** How long after a start a fault of the last run may take to show again, ms. */
const settleMs = 60_000;

/** Brings every device's state to where the journal ends, and makes the path. */
export async function openPath(
  shared: SharedParts,
  knowledge: Pick<Knowledge, "database" | "registry" | "persons" | "clean" | "marksOf" | "duty" | "mutes">,
  history: Pick<History, "journal" | "book" | "incidentBook" | "dutyBook" | "availability" | "views" | "hub">,
  telling: Telling,
  { trials, replied, send }: PathLinks,
): Promise<Path> {
  const { config, clock, log, metrics, newId, closers } = shared;
  const { database, registry, persons, clean, duty, mutes } = knowledge;
  const { journal, book, incidentBook, dutyBook, availability, views, hub } = history;
  const { ingest: settings, alert } = config;
  const { lateAfterMs } = alert.judge;

  const phases = createPhases();
  const find = (device: DeviceName) => registry.device(device) ?? trials.ownDevice(device);
  const judge = createJudge({ phases, find, clock, newId, metrics, log, settings: alert.judge });
  const quiet = createQuiet({ phases, clock, newId, metrics, log, settings: alert.quiet });

  const checkpoints = openCheckpoints({ database });
  const states = createDeviceStates({
    registry,
    ownDevice: trials.ownDevice,
    checkpoints,
    compile: compileFields,
    settings,
    hashPerson: persons.of,
  });
  const standing = book.standing();
  judge.restore(standing, (device) => states.find(device)?.rules);
  const records = await restoreStates({ journal, checkpoints, states, judge, settings, lateAfterMs });
  log.info({ records }, "device states restored");
  for (const { known, twin } of states.all()) {
    quiet.watch(known, twin);
    if (twin.online !== undefined) availability.settle(known.device, twin.online, journal.last());
  }
  quiet.restore(standing.raised);
  const checkpointer = createCheckpointer({ journal, checkpoints, states, log });
  closers.add("device states", () => checkpointer.save());
  closers.add(
    "checkpoint timer",
    clock.every(config.checkpointMs, () => void checkpointer.save()),
  );

  const incidents = createIncidentWatch({
    ...{ open: incidentBook.open(), settings: alert.incident, newId, metrics, log },
    timesOf: knowledge.marksOf,
  });
  const marks = createMarks({ mutes, find, raised: standing.raised, clock, newId, metrics });
  const added = createAddedAlerts({ clock, newId, standing: book.standing() });
  const { watch: checks, lane: dutyLane } = openDutyPath(shared, knowledge, history, {
    judge,
    added,
    send,
    tell: telling.dutyCheck,
  });
  /** The screens first: nothing that goes wrong on the way to the others keeps a fire from them. */
  function alarm(change: Change): void {
    trials.judged(change);
    hub.urgent(change);
    // Of a self-test the gateway itself is told, and nobody else.
    if (change.selfTest === undefined) telling.urgent(change);
  }
  function show(step: IncidentStep): void {
    trials.shown(step, hub.urgent(step));
    telling.urgent(step);
  }
  const take = createTaker({
    ...{ states, mark: marks.mark, alarm, show, incident: incidents.raised, duty: dutyLane },
  });
  const pipeline = createPipeline({
    ...{ states, judge, quiet, take, journal, clock, newId, log, settings, lateAfterMs, replied, clean },
    dutyHeard: dutyLane.heard,
    metrics: createPathMetrics(metrics),
  });
  const happenings = createHappenings({
    ...{ states, judge, quiet, incidents, dutyChecks: checks, take, telling, journal, clock },
    mutes: { due: (now) => [...mutes.due(now), ...marks.due(now)] },
  });
  const { report } = happenings;
  void report([...judge.clearOrphans(), ...added.clearOrphans((device) => find(device) !== undefined)]);
  registry.onDevice((device, known) => {
    void report(judge.forget({ device }));
    if (known !== undefined) return quiet.watch(known);
    quiet.forget(device);
    void report(added.forget(device));
  });

  const faults = createFaults({ report, clock, newId, settings: alert.faults, standing: book.standing() });
  journal.onFault(({ fault, active, message }) => void faults.set(fault, active, message));
  views.onFailing((isFailing, reason) => void faults.set("view-failed", isFailing, reason));
  closers.add(
    "fault timer",
    clock.after(settleMs, () => void faults.settle()),
  );
  telling.onFailing((reason) => {
    void faults.set("channel-failed", reason !== undefined, reason ?? "they take again what they are sent");
  });
  const desk = createDesk({
    ...{ book, clock, newId },
    maxComments: alert.book.maxComments,
    report(changes) {
      for (const change of changes) {
        faults.follow(change);
        added.follow(change);
      }
      return report(changes);
    },
  });
  const falseAlarms = createFalseAlarmLook({
    ...{ incidents: incidentBook, alerts: book, added, clock, log, zone: settings.zone },
    perDay: alert.incident.falseAlarmsPerDay,
  });
  const incidentDesk = createIncidentDesk({
    ...{ book: incidentBook, watch: incidents, clock, newId },
    acknowledgeAlert: (action) => desk.acknowledge(action),
    async report(step) {
      await happenings.reportIncident(step);
      if (step.step === "false-alarm") void report(falseAlarms(step.incident));
    },
  });
  const dutyDesk = createDutyDesk({
    ...{ watch: checks, book: dutyBook, crews: duty.crews, contacts: duty.contacts },
    report: happenings.reportDutyCheck,
  });
  const muteDesk = createMuteDesk({
    ...{ mutes, report: happenings.reportMute, clock, newId, settings: alert.mute },
  });
  return {
    ...{ states, pipeline, happenings, desk, incidentDesk, faults, dutyDesk, muteDesk },
    affected: quiet.affected,
    openDutyChecks: checks.open,
  };
}
