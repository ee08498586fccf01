import type { Log } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import type { DutyCheckStep } from "../types.ts";
import { foldCheck } from "./check-fold.ts";
import type { CheckPlan } from "./check-plan.ts";
import type { Crew, DutyCheck } from "./contract.ts";
import type { DutySettings } from "./settings.ts";

/** Knows the open duty checks, and what becomes of them when time passes or somebody answers. */
export interface CheckWatch {
  /** What is due: planned checks that begin, open ones that nobody answered in time. */
  due(now: number): readonly DutyCheckStep[];
  /** Asks a crew now; undefined while it is being asked already. */
  ask(crew: Crew, by: string): DutyCheckStep | undefined;
  /** The step that ends an open check; undefined when it is not open. */
  answer(check: string, answer: Pick<DutyCheckStep, "by" | "contact" | "device">): DutyCheckStep | undefined;
  find(id: string): DutyCheck | undefined;
  ofCrew(crew: string): DutyCheck | undefined;
  /** The check as one of these steps has left it. */
  after(step: DutyCheckStep): DutyCheck | undefined;
  open(): readonly DutyCheck[];
}

/** What the watch needs. */
export interface WatchParts {
  /** Checks that were open at the last stop; their deadlines stay where they were. */
  readonly open: readonly DutyCheck[];
  /** The latest planned moment of each crew that was asked. */
  readonly lastSlots: ReadonlyMap<string, number>;
  readonly plan: CheckPlan;
  readonly crews: () => Iterable<Crew>;
  /** Ids of the contacts on duty. */
  readonly onDuty: (crew: string, at: number) => readonly string[];
  readonly settings: Pick<DutySettings, "answerMs" | "lateAskMs">;
  readonly clock: { now(): number };
  readonly newId: () => string;
  readonly metrics: Pick<Metrics, "count" | "countBy" | "gauge">;
  readonly log: Pick<Log, "warn">;
}

/** Takes up the open checks. */
export function createCheckWatch(parts: WatchParts): CheckWatch {
  const { plan, crews, onDuty, settings, clock, newId, metrics, log } = parts;
  const open = new Map(parts.open.map((check) => [check.id, check]));
  const lastSlots = new Map(parts.lastSlots);
  const left = new WeakMap<DutyCheckStep, DutyCheck>();
  const ended = metrics.countBy("duty_checks", "Duty checks that ended, by how", "end");
  const skipped = metrics.count(
    "duty_checks_skipped",
    "Planned duty checks that were not asked because the gateway was away too long",
  );
  metrics.gauge("duty_checks_open", "Duty checks that wait for an answer", () => open.size);

  function take(step: DutyCheckStep): DutyCheckStep {
    const check = foldCheck(open.get(step.check), step);
    if (check !== undefined) left.set(step, check);
    if (check?.state === "open") open.set(check.id, check);
    else {
      open.delete(step.check);
      ended.add(step.step);
    }
    return step;
  }

  function ofCrew(crew: string): DutyCheck | undefined {
    for (const check of open.values()) if (check.crew === crew) return check;
    return undefined;
  }

  function begin(
    { id: crew, site, name }: Crew,
    at: number,
    more: Pick<DutyCheckStep, "slot" | "by">,
  ): DutyCheckStep {
    return take({
      ...{
        id: newId(),
        check: newId(),
        step: "asked",
        site,
        crew,
        at,
        due: at + settings.answerMs,
        crewName: name,
      },
      onDuty: onDuty(crew, at),
      ...more,
    });
  }

  /** The planned moment for which a crew is to be asked now; of several that passed the last one. */
  function slotDue(crew: Crew, now: number): number | undefined {
    const last = lastSlots.get(crew.id) ?? Number.NEGATIVE_INFINITY;
    const passed = plan.slots(crew, now).filter((slot) => slot > last && slot <= now);
    const slot = passed.at(-1);
    if (slot === undefined) return undefined;
    lastSlots.set(crew.id, slot);
    const late = passed.filter((one) => now - one > settings.lateAskMs);
    for (const _ of late) skipped.add();
    if (late.length > 0)
      log.warn({ crew: crew.id, checks: late.length }, "planned duty checks are too late and not asked");
    return now - slot > settings.lateAskMs ? undefined : slot;
  }

  return {
    due(now) {
      const steps: DutyCheckStep[] = [];
      for (const { id: check, site, crew, due } of [...open.values()]) {
        if (now >= due) steps.push(take({ id: newId(), check, step: "missed", site, crew, at: now }));
      }
      for (const crew of crews()) {
        const slot = slotDue(crew, now);
        // Who is being asked already need not be asked twice.
        if (slot !== undefined && ofCrew(crew.id) === undefined) steps.push(begin(crew, now, { slot }));
      }
      return steps;
    },
    ask: (crew, by) => (ofCrew(crew.id) === undefined ? begin(crew, clock.now(), { by }) : undefined),
    answer(id, { by, contact, device }) {
      const check = open.get(id);
      if (check === undefined) return undefined;
      const who = { ...(by && { by }), ...(contact && { contact }), ...(device && { device }) };
      const { site, crew } = check;
      return take({ id: newId(), check: id, step: "answered", site, crew, at: clock.now(), ...who });
    },
    find: (id) => open.get(id),
    ofCrew,
    after: (step) => left.get(step),
    open: () => [...open.values()],
  };
}
