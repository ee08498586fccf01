import type { AddedAlerts } from "./alert/added.ts";
import type { Judge } from "./alert/contract.ts";
import type { CommandOrder } from "./commands.ts";
import { createCheckPlan } from "./duty/check-plan.ts";
import { type CheckWatch, createCheckWatch } from "./duty/check-watch.ts";
import type { DutyCheck } from "./duty/contract.ts";
import { createDutyLane, type DutyLane } from "./duty-checks.ts";
import type { History } from "./history.ts";
import type { Knowledge } from "./knowledge.ts";
import type { SharedParts } from "./shared-parts.ts";
import type { DutyCheckStep } from "./types.ts";

/** The duty checks of the path: those that are open, and their lane to stations, alerts and people. */
export interface DutyPath {
  readonly watch: CheckWatch;
  readonly lane: DutyLane;
}

interface Links {
  readonly judge: Pick<Judge, "hasten">;
  readonly added: AddedAlerts;
  readonly send: (order: CommandOrder) => Promise<unknown>;
  readonly tell: (step: DutyCheckStep, check: DutyCheck) => void;
}

/** Takes up the duty checks that were open at the last stop, and the plan. */
export function openDutyPath(
  { config, clock, random, newId, metrics, log }: SharedParts,
  { database, registry, duty }: Pick<Knowledge, "database" | "registry" | "duty">,
  { dutyBook }: Pick<History, "dutyBook">,
  links: Links,
): DutyPath {
  const watch = createCheckWatch({
    ...{
      open: dutyBook.open(),
      lastSlots: dutyBook.lastSlots(),
      crews: duty.crews.all,
      settings: config.duty,
    },
    plan: createCheckPlan({ database, zone: config.ingest.zone, random, log }),
    onDuty: (crew, at) => duty.onDuty(crew, at).map(({ contact }) => contact.id),
    ...{ clock, newId, metrics, log },
  });
  return { watch, lane: createDutyLane({ ...links, watch, duty, registry, log }) };
}
