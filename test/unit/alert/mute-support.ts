import type { Alert } from "../../../gateway/alert/contract.ts";
import { foldChange } from "../../../gateway/alert/fold.ts";
import { createMuteDesk } from "../../../gateway/alert/mute/desk.ts";
import { createHolds } from "../../../gateway/alert/mute/holds.ts";
import { createMarks } from "../../../gateway/alert/mute/marks.ts";
import { openMutes } from "../../../gateway/alert/mute/mutes.ts";
import { type MuteSettings, muteSettings } from "../../../gateway/alert/mute/settings.ts";
import { createLog } from "../../../gateway/log.ts";
import { createMetrics } from "../../../gateway/metrics.ts";
import type { Change, KnownDevice, MuteStep } from "../../../gateway/types.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { aDatabase, aFolder } from "../state/support.ts";
import { aDevice, aRule, offlineRule } from "./makers.ts";

export const minute = 60_000;
export const hour = 60 * minute;

/** Somebody of the office, and somebody of a crew. */
export const office = { by: "张三", rank: "office" } as const;
export const crew = { by: "李四", rank: "crew" } as const;

const rules = [
  aRule({ id: "hot", severity: "minor" }),
  aRule({ id: "smoke", severity: "critical", fire: true }),
  aRule({ id: "sprinkler", severity: "major", fire: true }),
  aRule({ id: "flood", severity: "critical" }),
  offlineRule,
];

/** Windows on a real database and a clock that only the test moves; `restart` is a stop and a new start. */
export function someMutes({
  directory = aFolder(),
  clock = createFakeClock(),
  settings = {},
  alerts = new Map<string, Alert>(),
  known = [aDevice(rules, { id: "d1", building: "12号楼" }), aDevice(rules, { id: "d2" })],
}: {
  directory?: string;
  clock?: ReturnType<typeof createFakeClock>;
  settings?: Partial<MuteSettings>;
  alerts?: Map<string, Alert>;
  known?: readonly KnownDevice[];
} = {}) {
  const database = aDatabase(directory);
  let ids = 0;
  const newId = () => `${clock.now().toString(36)}-${++ids}`;
  const own = muteSettings.parse(settings);
  const metrics = createMetrics();
  const parts = { clock, newId, metrics, log: createLog({ level: "silent" }) };
  const mutes = openMutes({ ...parts, database, settings: own });
  const find = (device: string) => known.find((one) => one.device === device);
  const raised = [...alerts.values()].filter(({ state }) => state === "raised");
  const marks = createMarks({ ...parts, mutes, find, raised });
  const steps: MuteStep[] = [];
  const desk = createMuteDesk({
    ...{ mutes, clock, newId, settings: own },
    report: async (step) => void steps.push(step),
  });

  function commit(change: Change): Change {
    const marked = marks.mark(change);
    const alert = foldChange(alerts.get(marked.alert), marked);
    if (alert !== undefined) alerts.set(marked.alert, alert);
    return marked;
  }

  return {
    ...{ clock, mutes, marks, desk, steps, alerts, database, metrics },
    holds: createHolds({ mutes, find, clock }),
    /** A window that begins now. */
    add: (
      more: Partial<Parameters<typeof desk.add>[0]> = {},
      actor: Parameters<typeof desk.add>[1] = office,
    ) =>
      desk.add(
        { type: "maintenance", site: "site", to: clock.now() + hour, reason: "换烟感", ...more },
        actor,
      ),
    /** Something happens to an alert, and is marked. */
    happens: (more: Partial<Change> = {}) => commit(aChange(clock.now(), more)),
    /** Time passes on a look; what is told of by itself, and what screens hear. */
    tick() {
      const shown = mutes.due(clock.now());
      return { shown, told: marks.due(clock.now()).map(commit) };
    },
    restart() {
      database.close();
      return someMutes({ directory, clock, settings, alerts, known });
    },
  };
}

/** A change of an alert of `d1`. */
export function aChange(at: number, more: Partial<Change> = {}): Change {
  const { device = "site/oven/d1", rule = "hot", severity = "minor", step = "raised" } = more;
  const alert = `${device} ${rule}`;
  return { id: `${alert} ${step} ${at}`, alert, step, device, rule, severity, at, ...more };
}
