import { shallowRef } from "vue";
import type { DutyCheck, DutyCheckEvent } from "../../../gateway/api/contract.ts";

/** A duty check that waits for an answer. */
export type OpenDutyCheck = Pick<DutyCheck, "id" | "site" | "crew" | "crewName" | "askedAt" | "due">;

/** The duty checks that wait, oldest first, kept by the steps of the stream. */
export function createDutyChecks() {
  const byId = new Map<string, OpenDutyCheck>();
  const open = shallowRef<readonly OpenDutyCheck[]>([]);
  let isDirty = false;

  return {
    open,
    replace(checks: readonly OpenDutyCheck[]): void {
      byId.clear();
      for (const check of checks) byId.set(check.id, check);
      isDirty = true;
    },
    apply({ check: id, step, site, crew, crewName = crew, at, due = at }: DutyCheckEvent): void {
      if (step === "asked") byId.set(id, { id, site, crew, crewName, askedAt: at, due });
      else byId.delete(id);
      isDirty = true;
    },
    flush(): void {
      if (!isDirty) return;
      isDirty = false;
      open.value = [...byId.values()].sort((a, b) => a.askedAt.localeCompare(b.askedAt));
    },
  };
}
