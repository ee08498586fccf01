import type { AddedAlerts, AddedSubject } from "./alert/added.ts";
import type { Judge } from "./alert/contract.ts";
import type { CommandOrder } from "./commands.ts";
import type { CheckWatch } from "./duty/check-watch.ts";
import type { Crew, Duty, DutyCheck } from "./duty/contract.ts";
import { messageOf } from "./errors.ts";
import type { Log } from "./log.ts";
import type { Registry } from "./state/contract.ts";
import type { Change, DutyCheckStep, KnownDevice, Reading } from "./types.ts";

/** Duty checks on their way between people, stations and alerts. */
export interface DutyLane {
  /** What a step brings about: alerts that it raises or ends. People and the crew's station are told in the same turn. */
  follow(step: DutyCheckStep): readonly Change[];
  /** The steps that a reading makes: somebody has answered at the station. */
  heard(known: KnownDevice, reading: Pick<Reading, "event" | "quality" | "at">): readonly DutyCheckStep[];
  /** What follows when a station has raised itself that nobody answered: there is no second alert about it. */
  superseded(change: Change): readonly Change[];
}

interface Parts {
  readonly watch: Pick<CheckWatch, "after" | "ofCrew" | "answer">;
  readonly duty: Pick<Duty, "crews">;
  readonly registry: Pick<Registry, "device" | "deviceAt" | "site">;
  readonly judge: Pick<Judge, "hasten">;
  readonly added: Pick<AddedAlerts, "raise" | "clear">;
  /** Sends a command to a device. */
  readonly send: (order: CommandOrder) => Promise<unknown>;
  /** Tells people of a step, with the check as it is then. */
  readonly tell: (step: DutyCheckStep, check: DutyCheck) => void;
  readonly log: Pick<Log, "warn">;
}

/** Who commands of the plan are recorded under. */
const planned = "duty-check";

/** Joins duty checks to stations, alerts and people. */
export function createDutyLane(parts: Parts): DutyLane {
  const { watch, duty, registry, judge, added, send, tell, log } = parts;

  function stationOf(crew: Crew | undefined): KnownDevice | undefined {
    return crew?.station === undefined ? undefined : registry.deviceAt(crew.site, crew.station);
  }

  /** Lets the station sound, when its kind can. */
  function ring({ crew, at, due = at, by = planned }: DutyCheckStep): void {
    const station = stationOf(duty.crews.anywhere(crew));
    const facts = station?.definition.dutyCheck;
    if (station === undefined || facts === undefined) return;
    const { command: name, answerArg } = facts;
    const { args: schema, maxAgeMs } = station.definition.commands[name]!;
    const wanted = answerArg === undefined ? {} : { [answerArg]: Math.round((due - at) / 1000) };
    // A time that the station cannot keep is its own longest.
    const read = schema.safeParse(wanted);
    const args = read.success ? read.data : schema.parse({});
    const { device } = station;
    send({ device, name, args, by, maxAgeMs: Math.min(maxAgeMs, due - at) }).catch((error: unknown) =>
      log.warn({ device, reason: messageOf(error) }, "the station could not be asked"),
    );
  }

  /** Not before the step's own record is on its way to the disk; what fails there stops nobody. */
  function afterwards(act: () => void): void {
    queueMicrotask(() => {
      try {
        act();
      } catch (error) {
        log.warn({ reason: messageOf(error) }, "a duty check could not be told");
      }
    });
  }

  function subjectOf(crew: string): AddedSubject {
    const device = stationOf(duty.crews.anywhere(crew))?.device;
    return { rule: "duty-check-unanswered", device, subject: crew };
  }

  function missed({ crew, site, at }: DutyCheckStep, check: DutyCheck | undefined): readonly Change[] {
    const station = stationOf(duty.crews.anywhere(crew));
    const own = station?.definition.dutyCheck?.missed;
    const raised = station && own && judge.hasten(station.device, own, at);
    if (raised) return raised;
    const siteName = registry.site(site)?.name ?? site;
    const askedAt = check === undefined ? "" : `, asked at ${new Date(check.askedAt).toISOString()}`;
    return added.raise(subjectOf(crew), `${siteName} ${check?.crewName ?? crew}${askedAt}`);
  }

  const consequences: Readonly<
    Record<DutyCheckStep["step"], (step: DutyCheckStep, check: DutyCheck | undefined) => readonly Change[]>
  > = {
    asked(step) {
      afterwards(() => ring(step));
      return [];
    },
    answered: ({ crew }) => added.clear(subjectOf(crew), "the crew answered a duty check"),
    missed,
  };

  return {
    follow(step) {
      const check = watch.after(step);
      if (check !== undefined) afterwards(() => tell(step, check));
      return consequences[step.step](step, check);
    },
    heard({ definition, site, id, device }, { event, quality, at }) {
      if (event === undefined || event !== definition.dutyCheck?.answered || quality === "simulated")
        return [];
      return duty.crews.atStation(site, id).flatMap((crew) => {
        const check = watch.ofCrew(crew.id);
        // What came before it was asked, and is ingested again, answers nothing.
        if (check === undefined || at < check.askedAt) return [];
        return watch.answer(check.id, { device }) ?? [];
      });
    },
    superseded({ step, device, rule, simulated }) {
      if (step !== "raised" || simulated === true) return [];
      const known = registry.device(device);
      if (known === undefined || known.definition.dutyCheck?.missed !== rule) return [];
      return duty.crews
        .atStation(known.site, known.id)
        .flatMap(({ id }) => added.clear(subjectOf(id), "the station says so itself"));
    },
  };
}
