import type { DutyCheck } from "./duty/contract.ts";
import type { Notification } from "./notify/contract.ts";
import type { DutyCheckStep } from "./types.ts";

/** What people are told of a step of a duty check. `note` is the crew's name; nobody who was on duty is named. */
export function dutyCheckNotification(
  { id, step, at, site, by, device }: DutyCheckStep,
  { crewName, due }: Pick<DutyCheck, "crewName" | "due">,
  siteName: string,
): Notification {
  return {
    ...{ id, kind: "duty-check", at, step, site, siteName, note: crewName },
    urgency: step === "asked" ? "critical" : "normal",
    severity: step === "missed" ? "major" : "info",
    title: titles[step],
    ...(step === "asked" && {
      advice: {
        zh: `请在岗人员尽快应答，${Math.round((due - at) / 60_000)} 分钟内有效。`,
        en: `Whoever is there answers it, within ${Math.round((due - at) / 60_000)} min.`,
      },
    }),
    ...(by !== undefined && { by }),
    ...(device !== undefined && { device }),
  };
}

const titles = {
  asked: { zh: "查岗", en: "Duty check" },
  answered: { zh: "查岗已应答", en: "Duty check answered" },
  missed: { zh: "查岗无人应答", en: "Nobody answered the duty check" },
} as const;
